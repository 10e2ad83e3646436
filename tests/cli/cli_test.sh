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

expect "the version" 0 "$(sed -n 's/^project(.* VERSION \([0-9.]*\) .*/lab \1/p' "$(dirname "$0")/../../CMakeLists.txt")" "$lab" --version
expect "list names the lessons" 0 nce-moons "$lab" list
expect "schema describes a key" 0 'optimiser.rate' "$lab" schema
expect "explain prints a program" 0 "gemm" "$lab" explain nce-eight-gaussians
expect "profile times the kernels" 0 "peak of one" "$lab" profile nce-eight-gaussians --steps 20
expect "profile for programs" 0 '"peak_gflops":' "$lab" profile nce-moons --steps 5 --threads 2 --json
expect "the reference has no kernels to time" 2 "has no kernels to time" "$lab" profile nce-gaussian --steps 1 --executor reference \
  --set objective.batch=8 --set data.train=64 --set data.test=64 --set sampler.chains=2
expect "train says its final measures" 0 '"kl_to_truth"' "$lab" train nce-gaussian --steps 200 --out "$work/run" --json
expect "discrete codes say how many are in use" 0 '"codes_used"' "$lab" train vq-plane --steps 20 --out "$work/codes" --json
expect "codes without a prior draw nothing" 1 "draws no samples" "$lab" sample "$work/codes" --n 5
expect "a prior draws maps of codes" 0 '"log_prior_test"' "$lab" train vq-prior-strokes --steps 3 --set data.train=100 --set data.test=50 --out "$work/prior" --json
expect "and they are decoded" 0 "" "$lab" sample "$work/prior" --n 4 --png "$work/drawn.png"
expect "the checkpoint is measured" 0 '"steps": 200' "$lab" eval "$work/run"
expect "a picture of samples" 0 "" "$lab" sample "$work/run" --n 500 --png "$work/samples.png"
expect "the picture is a PNG" 0 "PNG" head -c 8 "$work/samples.png"
expect "samples as a table" 0 "x,y" "$lab" sample "$work/run" --n 5
expect "samples say what they are worth" 0 "5 draws, worth 5 independent ones" "$lab" sample "$work/run" --n 5
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
expect "bits have no density" 2 "needs 'model.name' to be one of vae, ae" "$lab" train "$work/nice.json" --set data.binarise=stochastic --set model.name=nice
expect "a comparison names its models" 1 "compare-moons:1 (nice)" "$lab" train compare-moons
expect "the paper's experiments by name" 2 "aevb-bound, aevb-marginal, nice-mnist" "$lab" reproduce aevb
mixings=(--sets 4 --learners likelihood,nce --out "$work/mixings")
expect "sources beside the paper's errors" 0 "-1.12" "$lab" reproduce nce-ica "${mixings[@]}" --sizes 250
expect "what is estimated is kept" 0 "likelihood,250,3" cat "$work/mixings/errors.csv"
expect "more sizes go on from it" 0 '"paper_b":-1.36' "$lab" reproduce nce-ica "${mixings[@]}" --sizes 250,1000 --resume --json
expect "no other learner of sources" 2 "there are likelihood, nce, nce-laplacian" "$lab" reproduce nce-ica --learners mcem
few=(--set data.train=64 --set data.test=60 --set model.width=8 --out "$work/betas")
expect "β beside what latents say of factors" 0 "beta-16" "$lab" reproduce beta-sprites "${few[@]}" --epochs 1
expect "a table with errors is kept" 0 "mig_sampled,mig_sampled_se,beta_vae_score,beta_vae_score_se" cat "$work/betas/curves.csv"
expect "what is finished is not done again" 0 "beta-16" "$lab" reproduce beta-sprites "${few[@]}" --epochs 1 --resume
expect "variants differ" 2 "'objective.beta'" "$lab" reproduce beta-sprites --epochs 1 --set objective.form=capacity --set data.train=64 --set data.test=60
if [ -e "${LAB_DATA:-/none}/mnist/train-images-idx3-ubyte.gz" ]; then
  if [ -d "$LAB_DATA/cifar10" ]; then
    expect "discrete codes beside what others report" 0 "0.105" "$lab" reproduce vq-cifar10 --data "$LAB_DATA/cifar10" --samples 32000 --set data.train=64 --set data.test=32 --set model.width=2 --set model.residual_blocks=0 --set model.codes=8 --set model.code_dimension=2
    small=(--data "$LAB_DATA/cifar10" --set data.train=64 --set data.test=32 --set model.width=2 --set model.residual_blocks=0 --set model.codes=8 --set model.code_dimension=2 --out "$work/levels")
    expect "two levels of codes, each with its perplexity" 0 "of the top level" "$lab" reproduce vq2-cifar10 "${small[@]}" --samples 32000
    expect "a run of two levels goes on" 0 "2000 " "$lab" reproduce vq2-cifar10 "${small[@]}" --samples 64000 --resume
    expect "its table has a column for each level" 0 "perplexity,perplexity_2,codes_used,codes_used_2,seconds" head -1 "$work/levels/curves.csv"
  fi
  expect "autoregressive models beside what others report" 0 "-81.45" "$lab" reproduce ladder-mnist --data "$LAB_DATA/mnist" --epochs 1 --set data.train=64 --set data.test=32 --set objective.batch=32
  expect "autoencoders beside what others report" 0 "0.0083" "$lab" reproduce ae-mnist --data "$LAB_DATA/mnist" --epochs 1 --set data.train=300 --set data.test=300
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
expect "a setting without effect" 2 "'data.radius' has no effect: it needs 'data.name' to be ring" "$lab" train nce-moons --set data.radius=5
echo '{"seed": 5, "optimiser.rate": 9}' >"$work/dotted.json"
expect "a key with a dot" 2 'in JSON it is {"optimiser":{"rate":9}}' "$lab" train "$work/dotted.json"
echo '{"data": {"name": "moons", "radius": 5}, "model": {"name": "gaussian"}}' >"$work/unused.json"
expect "what has no effect in a file is told" 0 "warning: 'data.radius' has no effect" "$lab" train "$work/unused.json" --steps 2
expect "unknown executor" 2 "there are: cpu, reference" "$lab" train nce-moons --executor tpu
expect "divergence is told with its step" 1 "Training broke at step" "$lab" train nce-moons --steps 400 --set optimiser.name=sgd --set optimiser.rate=1e5
echo '{"data": {"name": "moons"},}' >"$work/broken.json"
expect "broken JSON" 2 "line 1, column" "$lab" train "$work/broken.json"
printf '[%.0s' $(seq 60000) >"$work/deep.json"
expect "JSON that is nested too deep" 2 "more than 32 brackets are open" "$lab" train "$work/deep.json"
expect "a setting that is nested too deep" 2 "more than 32 brackets are open" "$lab" train nce-moons --set data.name=points --set data.points="$(cat "$work/deep.json")"
expect "a checkpoint that is not there" 1 "could not be read" "$lab" eval "$work/nothing"
mkdir "$work/damaged"
head -c 3000 "$work/run/checkpoint.lab" >"$work/damaged/checkpoint.lab"
expect "a damaged checkpoint" 1 "is damaged" "$lab" eval "$work/damaged"

# Sizes: what is too large is refused before it is tried, with how large it would be.
within() { (ulimit -v 600000 && "$lab" "$@" --threads 1); } # as on a machine of 614 MB
expect "a model that is too large" 2 "This model has 49 million parameters" within train "$work/nice.json" --steps 1 --set model.width=2000 --set model.depth=4
expect "arrays that are too large" 1 "With the arrays that 'train' works on, this would need" within train "$work/vae.json" --steps 1 --set objective.batch=16384 --set objective.samples=1000
expect "the reference's arrays" 1 "The arrays that 'train' works on would need" within train "$work/vae.json" --steps 1 --set objective.batch=16384 --set objective.samples=1000 --executor reference
expect "data that is too large" 1 "400000 pictures would need 3.3 GB of memory, but there are 614 MB" within train "$work/nice.json" --set data.name=sprites --set data.train=200000 --set data.test=200000
expect "too many draws" 1 "1000000 draws of 64 numbers would need" within sample "$work/vae" --n 1000000
expect "too many draws of latents" 1 "100000 draws of the latents of each datum would need" within train "$work/vae.json" --steps 1 --set model.latents=200 --set measure.log_marginal=hmc --set measure.samples=100000
expect "a sheet of very many pictures" 0 "" "$lab" sample "$work/nice" --n 214000 --png "$work/many.png"
expect "it is a PNG too" 0 "PNG" head -c 8 "$work/many.png"
"$lab" train "$work/nice.json" --set data.name=strokes --steps 0 --out "$work/strokes" >/dev/null 2>&1
expect "a sheet that no picture can be" 2 "1000000 pictures of 28 × 28 would be a sheet of 30002 × 30002 pixels" "$lab" sample "$work/strokes" --n 1000000 --png "$work/none.png"
expect "no steps are none" 0 '"steps":0' "$lab" train nce-moons --steps 0 --json
expect "no seconds are none" 0 '"steps":0' "$lab" train nce-moons --seconds 0 --json
for value in nan inf -1 1e10 soon; do
  expect "seconds that are $value" 2 "'$value' is not a number from 0 to 1e+09" "$lab" train nce-moons --seconds=$value
done
expect "samples that are no number" 2 "'nan' is not a number from 1000 to 1e+10" "$lab" reproduce aevb-bound --samples nan

first=$("$lab" train nce-gaussian --steps 50 --json | tail -n 1 | grep -o '"c":[^,]*')
second=$("$lab" train nce-gaussian --steps 50 --json | tail -n 1 | grep -o '"c":[^,]*')
expect "the same seed repeats a run" 0 "$first" echo "$second"

# A run that goes on is the run that was never interrupted, bit by bit, in one table.
small=(nce-gaussian --threads 1 --json)
c_of() { tail -n 1 | grep -o '"c":[^,]*'; }
whole=$("$lab" train "${small[@]}" --steps 60 | c_of)
"$lab" train "${small[@]}" --steps 25 --out "$work/halves" >/dev/null
expect "a run goes on from its checkpoint" 0 "$whole" "$lab" train --resume --out "$work/halves" --steps 60 --threads 1 --json
steps_of() { cut -d, -f1 "$1" | paste -sd' '; }
expect "its table goes on too" 0 "step 0 25 60" steps_of "$work/halves/metrics.csv"
expect "a run that has reached its limit is measured alone" 0 '"steps":60' "$lab" train --resume --out "$work/halves" --steps 60 --json
expect "there is nothing to go on from" 1 "could not be read" "$lab" train --resume --out "$work/nothing"
expect "and no folder is made for it" 0 "" [ ! -e "$work/nothing" ]
expect "what goes on has its specification" 2 "excludes" "$lab" train nce-ring --resume --out "$work/halves"
expect "what goes on needs its folder" 2 "--out" "$lab" train --resume
expect "what is trained is named" 2 "SPEC is required" "$lab" train --steps 5
sed -i '1s/step/stop/' "$work/halves/metrics.csv"
expect "a table of other columns is not mixed up" 1 "have other columns" "$lab" train --resume --out "$work/halves" --steps 61

# Where numbers go wrong.
expect "numbers that stay finite" 0 "30 steps: every kernel wrote finite numbers" "$lab" debug numbers nce-moons --steps 30
expect "the first kernel that writes no number, and what it read" 1 "reads  'energy." "$lab" debug numbers nce-moons \
  --set optimiser.name=sgd --set optimiser.rate=1e5
expect "only kernels are watched" 2 "has no kernels to watch" "$lab" debug numbers nce-moons --executor reference \
  --set objective.batch=8 --set data.train=64 --set data.test=64 --set sampler.chains=2
expect "executors agree" 0 "by cpu and reference: 0 disagree by more than 0.0001" "$lab" debug compare nce-moons --steps 5
expect "where they do not" 1 "by reference, error" "$lab" debug compare nce-moons --tolerance 0
expect "executors are compared that there are" 2 "there are: cpu, reference" "$lab" debug compare nce-moons --against tpu
expect "one thing is debugged at a time" 2 "subcommand is required" "$lab" debug
expect "how to debug" 0 "train until a kernel writes NaN" "$lab" debug --help

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
