# The tests, by kind; sourced by ../run.

run_tests() {
  local kinds=("$@") kind failed=()
  [ ${#kinds[@]} -gt 0 ] || kinds=(format unit thread shell wasm cli browser desktop)
  for kind in "${kinds[@]}"; do
    declare -F "test_$kind" >/dev/null || fail "there is no kind of test '$kind'; there are format, unit, thread, shell, wasm, cli, browser, desktop"
    say "testing: $kind"
    # By itself, so that one kind that cannot start does not keep the others from running.
    ("test_$kind") || failed+=("$kind")
  done
  [ ${#failed[@]} = 0 ] || say "failed: ${failed[*]}"
  echo "$((${#kinds[@]} - ${#failed[@]})) passed, ${#failed[@]} failed"
  [ ${#failed[@]} = 0 ]
}

# Every source as Debian 12's clang-format leaves it; the table of ops is set by hand.
test_format() {
  need_tool clang-format-14 clang-format-14
  find core shell web tests \( -name '*.cpp' -o -name '*.hpp' \) ! -path core/graph/elementwise.hpp -print0 |
    xargs -0 -P "$(nproc)" -n 16 clang-format-14 --dry-run -Werror
}

# Core and the pure parts of the shell: as released, and under the sanitizers.
test_unit() {
  native_packages
  need_packages libgtest-dev librandom123-dev
  build_native release lab_tests
  "$build/release/lab_tests" --gtest_brief=1 || return 1
  build_native asan lab_tests
  "$build/asan/lab_tests" --gtest_brief=1 || return 1
  # Sessions again, on an executor that answers later.
  LAB_DELAYED=1 "$build/asan/lab_tests" --gtest_brief=1 \
    --gtest_filter='Answers.*:FlowPictures.*:LatentPictures.*:KeptWeights.*:Service.*:Sessions.*:Shares.*'
}

# Executors that share their work between threads, and sessions on a thread of their own, under
# ThreadSanitizer.
test_thread() {
  native_packages
  need_packages libgtest-dev
  build_native tsan lab_thread_tests
  "$build/tsan/lab_thread_tests" --gtest_brief=1 \
    --gtest_filter='Worker.*:Training.RepeatsToTheBitOnAnyNumberOfThreads:Experiment.ExecutorsAgreeOnTraining'
}

# The front end with its sessions, without a window, under the sanitizers.
test_shell() {
  native_packages
  need_packages libgtest-dev
  need_sources
  build_native asan lab_shell_tests -DLAB_IMGUI_DIR="$LAB_CACHE/imgui"
  "$build/asan/lab_shell_tests" --gtest_brief=1
}

# The executors again, in WebAssembly: plain SIMD, relaxed, and relaxed with threads.
test_wasm() {
  need_packages libgtest-dev
  if [ ! -e "$LAB_CACHE/googletest" ]; then
    rm -rf "$LAB_CACHE/googletest.partial"
    cp -rL /usr/src/googletest/googletest "$LAB_CACHE/googletest.partial"
    mv "$LAB_CACHE/googletest.partial" "$LAB_CACHE/googletest"
  fi
  local kind kinds=(unit unit-relaxed unit-relaxed-threads)
  build_modules "${kinds[@]}"
  if ! inside node -e "import('./web/page/variant.mjs').then((m) => process.exit(m.variant() ? 0 : 1))"; then
    say "this Node has no relaxed SIMD (24 has): the plain build alone is tested"
    kinds=(unit)
  fi
  for kind in "${kinds[@]}"; do
    inside node "build/web/$kind.cjs" --gtest_brief=1 || return 1
  done
}

test_cli() {
  native_packages
  build_native release lab
  bash tests/cli/cli_test.sh "$build/release/lab" || return 1
  bash tests/cli/durability_test.sh "$build/release/lab"
}

test_browser() {
  build_web
  need_tool npm npm
  need_tool chromium chromium
  local playwright
  need_playwright
  local file status=0
  for file in tests/browser/*_test.mjs; do
    PLAYWRIGHT="$playwright" node "$file" "$build/site" "$build/screenshots" || status=1
  done
  return $status
}

test_desktop() {
  native_packages
  need_packages libsdl2-dev libgl-dev libgl1-mesa-dri
  need_tool Xvfb xvfb
  need_fonts
  need_sources
  build_native desktop lab_desktop -DLAB_IMGUI_DIR="$LAB_CACHE/imgui"
  bash tests/desktop/desktop_test.sh "$build/desktop/lab_desktop" "$build/screenshots"
}
