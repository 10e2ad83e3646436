# `./run bench`: the workloads' times, a JSON line each; sourced by ../../run.

run_bench() {
  case ${1:-} in
    --web) shift; bench_web "$@" ;;
    --kernels) shift; bench_kernels "$@" ;;
    *) bench_native "$@" ;;
  esac
}

# ./run bench [--peers] [OPTION…]: natively, on one thread and on all; beside PyTorch if asked.
bench_native() {
  local peers=no threads
  if [ "${1:-}" = --peers ]; then peers=yes; shift; fi
  native_packages
  build_native release lab_bench
  for threads in 1 0; do
    [ "$peers" = no ] || bench_pytorch $([ $threads = 0 ] && nproc || echo 1)
    "$build/release/lab_bench" --threads "$threads" "$@" || exit 1
  done
}

# PyTorch is large: it is measured where it is installed.
bench_pytorch() {
  if /usr/bin/python3 -c 'import torch' 2>/dev/null; then
    /usr/bin/python3 tests/bench/peers/pytorch.py --threads "$1"
  else
    say "PyTorch is not installed (packages python3-torch and libopenblas0-pthread), so it is not measured"
  fi
}

# Google Benchmark on kernels alone, beside OpenBLAS.
bench_kernels() {
  native_packages
  need_packages libbenchmark-dev libopenblas-dev
  build_native release lab_kernels
  "$build/release/lab_kernels" "$@"
}

# ./run bench --web [--peers]: in headless Chromium, on one thread and, isolated, on all; beside jax-js
# and TensorFlow.js if asked, taking turns workload by workload.
bench_web() {
  local peers=no folder="$build/bench" playwright isolated workload queries=()
  [ "${1:-}" != --peers ] || peers=yes
  build_modules bench bench-relaxed bench-threads bench-relaxed-threads
  need_tool npm npm
  need_tool chromium chromium
  need_playwright
  rm -rf "$folder"
  mkdir -p "$folder"
  cp tests/bench/peers/*.mjs tests/bench/peers/page.html web/page/variant.mjs "$build"/web/bench*.mjs "$build"/web/bench*.wasm "$folder"
  if [ "$peers" = yes ]; then
    mkdir -p "$LAB_CACHE/peers"
    cp tests/bench/peers/package.json "$LAB_CACHE/peers"
    npm install --silent --no-fund --no-audit --no-package-lock --ignore-scripts --prefix "$LAB_CACHE/peers" >"$LAB_CACHE/npm.log" 2>&1 ||
      fail "npm could not install the peers; its words are in $LAB_CACHE/npm.log"
    ln -s "$LAB_CACHE/peers/node_modules" "$folder/node_modules"
  fi
  for workload in gemm vae nice conv vq pixelcnn nce2d; do
    queries+=("peer=lab&workload=$workload")
    [ "$peers" = yes ] || continue
    case $workload in gemm | vae | nice) queries+=("peer=jax&workload=$workload") ;; esac
    # TensorFlow.js as it comes, whose own gradients are slow, and with a faster product's gradient.
    case $workload in vae | nice | nce2d) queries+=("peer=tfjs&workload=$workload&gradients=own&steps=5&warmup=2") ;; esac
    case $workload in gemm | vae | nice | nce2d) queries+=("peer=tfjs&workload=$workload") ;; esac
  done
  for isolated in '' --isolated; do
    node tests/bench/peers/run.mjs --root "$folder" --playwright "$playwright" --chromium "$(command -v chromium)" $isolated "${queries[@]}" "peer=lab&workload=gemm&plain"
  done
}
