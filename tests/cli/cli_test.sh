#!/usr/bin/env bash
# The command line as a person uses it: cli_test.sh PATH_OF_LAB
set -u
lab=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# expect NAME STATUS WORDS COMMAND…: the exit status, and words in what it prints.
expect() {
  local name=$1 status=$2 words=$3 output code=0
  shift 3
  output=$("$@" 2>&1) || code=$?
  if [ "$code" = "$status" ] && grep -qF -- "$words" <<<"$output"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s: exit %s (wanted %s), and its words, of which "%s" was wanted:\n%s\n' \
      "$name" "$code" "$status" "$words" "$output"
  fi
}

expect "list names the lessons" 0 nce-moons "$lab" list
expect "schema describes a key" 0 'optimiser.rate' "$lab" schema
expect "explain prints a program" 0 "gemm" "$lab" explain nce-eight-gaussians
expect "profile times the kernels" 0 "peak of one" "$lab" profile nce-eight-gaussians --steps 20
expect "profile for programs" 0 '"peak_gflops":' "$lab" profile nce-moons --steps 5 --threads 2 --json
expect "the reference has no kernels to time" 2 "has no kernels to time" "$lab" profile nce-gaussian --steps 1 --executor reference \
  --set objective.batch=8 --set data.train=64 --set data.test=64 --set sampler.chains=2
expect "train says its final measures" 0 '"kl_to_truth"' "$lab" train nce-gaussian --steps 200 --out "$work/run" --json
expect "the checkpoint is measured" 0 '"steps": 200' "$lab" eval "$work/run"
expect "a picture of samples" 0 "" "$lab" sample "$work/run" --n 500 --png "$work/samples.png"
expect "the picture is a PNG" 0 "PNG" head -c 8 "$work/samples.png"
expect "samples as a table" 0 "x,y" "$lab" sample "$work/run" --n 5
expect "metrics are written" 0 "objective_test" cat "$work/run/metrics.csv"
expect "the other executor agrees to run" 0 '"steps":3' "$lab" train nce-gaussian --steps 3 --executor reference --json \
  --set objective.batch=8 --set data.train=64 --set data.test=64 --set sampler.chains=2
mkdir "$work/own"
for i in $(seq 1 50); do echo "$i,$((i * i % 17)),$((i % 5))"; done >"$work/own/own.csv"
cat >"$work/vae.json" <<'JSON'
{"data": {"name": "digits8", "train": 300, "test": 60}, "model": {"name": "vae", "width": 16, "latents": 3},
 "measure": {"log_marginal": "importance", "samples": 100, "points": 60}}
JSON
expect "a bound and its parts" 0 '"reconstruction"' "$lab" train "$work/vae.json" --steps 100 --out "$work/vae" --json
expect "the marginal likelihood where it is asked for" 0 '"log_marginal"' "$lab" eval "$work/vae"
expect "pictures of samples" 0 "" "$lab" sample "$work/vae" --n 30 --png "$work/digits.png"
expect "pictures as a table" 0 "x0,x1,x2" "$lab" sample "$work/vae" --n 2
for learner in iwae wake-sleep mcem full-vb; do
  expect "$learner trains" 0 '"elbo_test"' "$lab" train "$work/vae.json" --steps 20 --set objective.name=$learner --json
done
expect "what goes with a setting follows it" 0 '"elbo_test"' "$lab" train nce-moons --set model.name=vae --steps 20 --json
expect "settings that contradict each other" 2 "needs 'model.name' to be vae" "$lab" train nce-moons --set objective.name=aevb --set model.name=ring
expect "data of one's own" 0 '"elbo_test"' "$lab" train "$work/vae.json" --steps 5 --json \
  --set data.name=file --set data.file=own.csv --set model.decoder=gaussian --data "$work/own"
expect "a file that is not there" 2 "nowhere.npz" "$lab" train "$work/vae.json" --set data.name=file --set data.file=nowhere.npz
printf '1,2\n3,4\n5,x\n' >"$work/bad.csv"
expect "a file that holds no numbers" 2 "bad.csv" "$lab" train "$work/vae.json" --set data.name=file --set data.file="$work/bad.csv"
echo "1,2" >"$work/one.csv"
expect "a file that holds too little" 2 "one.csv' holds 1 sample" "$lab" train "$work/vae.json" --set data.name=file --set data.file="$work/one.csv"
cat >"$work/nice.json" <<'JSON'
{"data": {"name": "digits8", "train": 300, "test": 60, "validation": 50}, "model": {"name": "nice", "width": 16}}
JSON
expect "an exact likelihood in bits" 0 '"bits_per_dim"' "$lab" train "$work/nice.json" --steps 50 --out "$work/nice" --json
expect "held-out data is measured" 0 '"log_likelihood_validation"' "$lab" eval "$work/nice"
expect "pictures by the inverse" 0 "" "$lab" sample "$work/nice" --n 20 --png "$work/nice.png"
expect "exactness of the plane" 0 '"log_likelihood_optimum"' "$lab" train nice-moons --steps 20 --json
expect "whitened data" 0 '"log_likelihood_whitened"' "$lab" train "$work/nice.json" --steps 5 --json --set model.whitening=zca
expect "bits have no density" 2 "needs 'model.name' to be vae" "$lab" train "$work/nice.json" --set data.binarise=stochastic --set model.name=nice
expect "a comparison names its models" 1 "compare-moons:1 (nice)" "$lab" train compare-moons
expect "the paper's experiments by name" 2 "aevb-bound, aevb-marginal, nice-mnist" "$lab" reproduce aevb
if [ -e "${LAB_DATA:-/none}/mnist/train-images-idx3-ubyte.gz" ]; then
  expect "the paper's bound beside ours" 0 "-127 / -127" "$lab" reproduce aevb-bound --data "$LAB_DATA/mnist" --latents 20 --learners aevb --samples 2000
  expect "the marginal likelihood as in the paper" 0 "-109 / -141.5" "$lab" reproduce aevb-marginal --data "$LAB_DATA/mnist" --sizes 1000 --learners mcem --samples 2000
  small=(--data "$LAB_DATA/mnist" --set data.train=1000 --set data.test=200 --set data.validation=200 --set model.width=20 --out "$work/mnist")
  expect "an exact likelihood beside the paper's" 0 "1980.50 nats" "$lab" reproduce nice-mnist "${small[@]}" --epochs 1
  expect "a reproduction goes on, its best kept" 0 "best validation likelihood" "$lab" reproduce nice-mnist "${small[@]}" --epochs 2 --resume
  expect "it draws and inpaints" 0 "PNG" head -c 8 "$work/mnist/inpainting.png"
else
  echo "LAB_DATA names no folder with mnist/: the paper's experiments are not tried"
fi
expect "unknown lesson" 1 "The lessons are:" "$lab" train no-such-lesson
expect "unknown key" 2 "Did you mean 'optimiser.rate'?" "$lab" train nce-moons --set optimiser.rat=1
expect "value out of range" 2 "must be a whole number from 1 to 4096" "$lab" train nce-moons --set model.width=0
expect "setting without a value" 2 "must be key=value" "$lab" train nce-moons --set seed
expect "unknown executor" 2 "there are: cpu, reference" "$lab" train nce-moons --executor tpu
expect "divergence is told with its step" 1 "Training broke at step" "$lab" train nce-moons --steps 400 --set optimiser.name=sgd --set optimiser.rate=1e5
echo '{"data": {"name": "moons"},}' >"$work/broken.json"
expect "broken JSON" 2 "line 1, column" "$lab" train "$work/broken.json"
expect "a checkpoint that is not there" 1 "could not be read" "$lab" eval "$work/nothing"
mkdir "$work/damaged"
head -c 3000 "$work/run/checkpoint.lab" >"$work/damaged/checkpoint.lab"
expect "a damaged checkpoint" 1 "is damaged" "$lab" eval "$work/damaged"
first=$("$lab" train nce-gaussian --steps 50 --json | tail -n 1 | grep -o '"c":[^,]*')
second=$("$lab" train nce-gaussian --steps 50 --json | tail -n 1 | grep -o '"c":[^,]*')
expect "the same seed repeats a run" 0 "$first" echo "$second"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
