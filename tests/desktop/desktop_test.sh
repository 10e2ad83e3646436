#!/usr/bin/env bash
# The desktop window under a virtual screen: desktop_test.sh PROGRAM SCREENSHOTS
set -u
program=$1
out=$2
mkdir -p "$out"
passed=0
failed=0
export LIBGL_ALWAYS_SOFTWARE=1
number=$((90 + RANDOM % 100))
Xvfb ":$number" -screen 0 2600x1500x24 >/dev/null 2>&1 &
server=$!
trap 'kill $server' EXIT
export DISPLAY=":$number"
sleep 2

check() {
  local name=$1
  shift
  if "$@"; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "FAILED $name"
  fi
}

# shot NAME ARGS…: trains, takes a picture, and must come to an end by itself.
shot() {
  local name=$1
  shift
  rm -f "$out/$name.png"
  timeout 120 "$program" --screenshot "$out/$name.png" "$@" >/dev/null
  [ -s "$out/$name.png" ]
}

check "a laptop's window" shot desktop-1366 --size 1366x768 --after-steps 300
check "dark, at twice the pixels" shot desktop-dark-2x --size 1100x700 --scale 2 --dark --after-steps 300
check "a narrow window" shot desktop-360 --size 360x740 --after-steps 100 --view samples
check "Korean" shot desktop-korean --size 1280x800 --language ko --spec nce-ring --after-steps 300 --view log-density
check "the picture changes as the model learns" bash -c "
  timeout 120 '$program' --screenshot '$out/early.png' --size 800x600 --paused >/dev/null
  timeout 120 '$program' --screenshot '$out/late.png' --size 800x600 --after-steps 400 >/dev/null
  [ -s '$out/early.png' ] && [ -s '$out/late.png' ] && ! cmp -s '$out/early.png' '$out/late.png'"
check "a size that is none is told" bash -c "'$program' --size big 2>&1 | grep -q 'WIDTHxHEIGHT'"
check "a specification that is not there is told" bash -c "'$program' --spec nowhere 2>&1 | grep -q 'neither a lesson nor a file'"

# told NAME WORDS FILE: opened as if dropped, FILE is answered with WORDS, and the window goes on.
told() {
  local name=$1 words=$2 file=$3
  rm -f "$out/$name.png"
  timeout 120 "$program" --screenshot "$out/$name.png" --size 1000x600 --after-steps 50 --open "$file" 2>&1 >/dev/null | grep -q "$words" &&
    [ -s "$out/$name.png" ]
}
echo '{"data": {' >"$out/broken.json"
check "a dropped file that is gone is told" told desktop-gone "gone.csv' is not there any more" "$out/gone.csv"
check "a dropped specification that is no JSON is told" told desktop-broken "broken.json' is no JSON" "$out/broken.json"

# Paused, it sleeps: hardly any processor time in two seconds.
"$program" --size 800x600 --paused >/dev/null &
idle=$!
sleep 4
ticks() { awk '{print $14 + $15}' "/proc/$idle/stat"; }
before=$(ticks)
sleep 2
after=$(ticks)
kill $idle
wait $idle 2>/dev/null
check "no processor time while paused (used $((after - before)) of 200 ticks)" [ $((after - before)) -lt 10 ]

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
