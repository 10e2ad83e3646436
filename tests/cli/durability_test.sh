#!/usr/bin/env bash
# What a run has saved is there, whatever ends it: durability_test.sh PATH_OF_LAB [KILLS]
set -u
lab=$1
kills=${2:-200}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# check NAME COMMAND…: whether the command succeeds.
check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED $name"
  fi
}

cat >"$work/small.json" <<'JSON'
{"data": {"name": "digits8", "train": 16, "test": 16}, "model": {"name": "vae", "width": 4},
 "objective": {"batch": 8}}
JSON
run=(train "$work/small.json" --threads 1 --json)

# The step of a checkpoint; nothing where it cannot be read.
step_of() {
  local measures
  measures=$("$lab" eval "$1" --threads 1 --json 2>&1) || { echo "$measures" >&2; return; }
  [[ $measures =~ \"steps\":([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}

# kill -9 at random moments: what was told to be on the disk is there or newer, and whole. All go
# into one folder, so that each run's first writing is over a good checkpoint.
kill_at_random() {
  local folder=$work/killed$1 count=$2 i line told there pid
  "$lab" "${run[@]}" --steps 3 --out "$folder" >/dev/null || return 1
  for ((i = 0; i < count; ++i)); do
    "$lab" "${run[@]}" --seconds 60 --checkpoint-every 0.01 --out "$folder" >"$folder.lines" 2>/dev/null &
    pid=$!
    sleep "0.$(printf '%03d' $((RANDOM % 250)))"
    { kill -9 "$pid" && wait "$pid"; } 2>/dev/null
    told=
    while read -r line; do [[ $line =~ ^\{\"checkpoint\":([0-9]+)\}$ ]] && told=${BASH_REMATCH[1]}; done <"$folder.lines"
    there=$(step_of "$folder")
    [ -n "$told" ] && touch "$work/told"
    if [ -z "$there" ] || [ "$there" -lt "${told:-0}" ]; then
      echo "kill $i: step '$told' was told to be saved, '$there' is there"
      return 1
    fi
  done
}
lanes() {
  local lane pids=() status=0
  for lane in 1 2 3 4; do
    kill_at_random $lane $((kills / 4)) &
    pids+=($!)
  done
  for lane in "${pids[@]}"; do wait "$lane" || status=1; done
  rm -rf "$work"/killed*
  return $status
}
check "kill -9 at $kills random moments loses nothing that was saved" lanes
check "some of those runs had saved" [ -e "$work/told" ]

# The steps that the last run said to have made.
final_steps() { grep -o '"final".*"steps":[0-9]*' "$work/lines" | grep -o '[0-9]*$'; }

# Signals: the run ends, and its very last step is on the disk.
end_by() {
  local signal=$1 wanted=$2 out="$work/$1" code=0 pid
  # Whoever started this may have had some ignored, as nohup does and a shell for what is behind it.
  env --default-signal "$lab" "${run[@]}" --seconds 60 --checkpoint-every 0 --out "$out" >"$work/lines" 2>&1 &
  pid=$!
  until grep -q '"step"' "$work/lines"; do sleep 0.05; done
  kill "-$signal" "$pid"
  wait "$pid" || code=$?
  [ "$code" = "$wanted" ] && [ "$(step_of "$out")" = "$(final_steps)" ]
}
check "SIGINT saves, and is how a person ends a run" end_by INT 0
check "SIGTERM saves" end_by TERM 143
check "SIGHUP saves" end_by HUP 129
check "SIGQUIT saves" end_by QUIT 131
check "SIGUSR1 saves" end_by USR1 138
check "SIGXCPU saves" end_by XCPU 152
reader_leaves() {
  "$lab" "${run[@]}" --seconds 60 --out "$work/pipe" --checkpoint-every 0 2>/dev/null | head -n 1 >/dev/null
  [ "${PIPESTATUS[0]}" = 141 ] && [ "$(step_of "$work/pipe")" -gt 0 ]
}
check "a reader that leaves ends the run, saved" reader_leaves
ignored() {
  (trap '' HUP; exec "$lab" "${run[@]}" --seconds 2 --out "$work/nohup" >"$work/lines" 2>&1) &
  local pid=$!
  until grep -q '"step"' "$work/lines"; do sleep 0.05; done
  kill -HUP "$pid"
  wait "$pid" && [ "$(step_of "$work/nohup")" = "$(final_steps)" ]
}
check "a signal that was ignored before stays so" ignored

# A disk that fills. fails WORDS COMMAND…: exit 1, those words, and nothing half written is left.
fails() {
  local words=$1 output code=0
  shift
  output=$("$@" 2>&1) || code=$?
  [ "$code" = 1 ] && grep -qF -- "$words" <<<"$output" && [ -z "$(find "$work" -name '*.part')" ] && return
  printf 'exit %s, "%s" was wanted of:\n%s\n' "$code" "$words" "$output"
  return 1
}
"$lab" "${run[@]}" --steps 5 --out "$work/full" >/dev/null
limited() { (ulimit -f "$1" && shift && "$@"); }
full_disk() {
  local blocks
  # From nothing to more than all of it: the checkpoint is of about 11 blocks.
  for blocks in 0 1 2 5 10; do
    fails "checkpoint.lab" limited "$blocks" "$lab" "${run[@]}" --steps 9 --out "$work/full" || return 1
    [ "$(step_of "$work/full")" = 5 ] || return 1
  done
  limited 100 "$lab" "${run[@]}" --steps 9 --out "$work/full" >/dev/null && [ "$(step_of "$work/full")" = 9 ]
}
check "a full disk is told, and the checkpoint before stays" full_disk
for name in checkpoint.lab spec.json metrics.csv; do
  mkdir -p "$work/$name"
  ln -s /dev/full "$work/$name/$name"
  check "$name on a full disk" fails "$name' could not be written: No space left on device" "$lab" "${run[@]}" --steps 2 --out "$work/$name"
done
check "a failed saving while it trains is told and tried again" fails "checkpoint.lab' could not be written" \
  "$lab" "${run[@]}" --seconds 0.3 --checkpoint-every 0.05 --out "$work/checkpoint.lab"
check "a picture on a full disk" fails "could not be written: No space left on device" "$lab" sample "$work/full" --n 4 --png /dev/full
check "a table on a full disk" fails "could not be written: No space left on device" "$lab" sample "$work/full" --n 4 --csv /dev/full
printed() { "$lab" "$@" >/dev/full; }
for command in list schema "eval $work/full" "sample $work/full --n 4" "explain $work/small.json" "train $work/small.json --steps 1"; do
  # shellcheck disable=SC2086
  check "standard output of '$command' on a full disk" fails "Standard output could not be written" printed $command
done

# What cannot be written is told before the first step.
before_training() { fails "$1" "$lab" "${run[@]}" --seconds 3600 --out "$2"; }
check "a folder where none can be" before_training "/dev/null/run' could not be written" /dev/null/run
touch "$work/plain"
check "a file where the folder should be" before_training "plain' could not be written" "$work/plain"
mkdir -p "$work/taken/metrics.csv"
check "a folder where a file should be" before_training "metrics.csv' could not be written: Is a directory" "$work/taken"
check "a picture where none can be" fails "nowhere/a.png' could not be written" "$lab" sample "$work/full" --n 4 --png "$work/nowhere/a.png"
two_runs() {
  "$lab" "${run[@]}" --seconds 60 --out "$work/shared" >"$work/lines" 2>&1 &
  local pid=$! status=0
  until grep -q '"step"' "$work/lines"; do sleep 0.05; done
  fails "Another run is writing into" "$lab" "${run[@]}" --steps 1 --out "$work/shared" || status=1
  kill "$pid"
  wait "$pid"
  return $status
}
check "two runs into one folder" two_runs

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
