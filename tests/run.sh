# The tests, by kind; sourced by ../run.

run_tests() {
  local kinds=("$@") kind failed=()
  [ ${#kinds[@]} -gt 0 ] || kinds=(format unit thread shell wasm cli browser desktop)
  for kind in "${kinds[@]}"; do
    declare -F "test_$kind" >/dev/null || fail "there is no kind of test '$kind'; there are format, unit, thread, shell, wasm, cli, browser, desktop; tidy, which is run only when named"
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

# What clang-tidy has to say of the C++ that differs from the parent commit, committed or not; of a
# header, through the source of its name. Only what the release build compiles: nothing is built, its
# list of commands is enough. A source takes some fifteen seconds, most of them spent on the headers
# of libraries: so many at most that it is done in a few minutes.
test_tidy() {
  if ! command -v git >/dev/null || ! git rev-parse --quiet --verify 'HEAD^' >/dev/null 2>&1; then
    say "tidy: there is no parent commit here to compare with, so nothing is checked"
    return 0
  fi
  native_packages
  need_packages libgtest-dev
  need_tool clang-tidy-16 clang-tidy-16
  need_sources
  configure_native release -DLAB_IMGUI_DIR="$LAB_CACHE/imgui"
  local most=24 changed files
  # Those with the most changed lines first; what is not tracked yet is all new.
  changed=$({
    git diff --numstat --no-renames --diff-filter=d 'HEAD^' -- '*.cpp' '*.hpp' | cut -f 1,3
    git ls-files --others --exclude-standard -- '*.cpp' '*.hpp' | xargs -r wc -l | awk '$2 != "total" { print $1 "\t" $2 }'
  } | sort -rn | cut -f 2 | sed 's/\.hpp$/.cpp/' | awk '!seen[$0]++' | while read -r file; do
    ! grep -qF "\"file\": \"$PWD/$file\"" build/release/compile_commands.json || echo "$file"
  done)
  files=$(head -n "$most" <<<"$changed")
  [ -n "$files" ] || { say "tidy: nothing that the release build compiles has changed"; return 0; }
  say "tidy: $(wc -l <<<"$files") of the $(wc -l <<<"$changed") changed sources$([ "$files" = "$changed" ] || echo ", those with the most changed lines")"
  # What GCC is told in the list of commands, clang may not know.
  xargs -P "$(nproc)" -n 1 clang-tidy-16 -p build/release --quiet --extra-arg=-Wno-error \
    --extra-arg=-Wno-unknown-warning-option <<<"$files" 2>"$LAB_CACHE/tidy.log" || { grep -E '^Error' "$LAB_CACHE/tidy.log" >&2; return 1; }
}

# in_shares COMMAND…: a program of GoogleTest, its tests shared between processes, one a core.
in_shares() {
  local count share pids=()
  count=$(nproc)
  [ "$count" -le 4 ] || count=4
  for ((share = 0; share < count; ++share)); do
    GTEST_TOTAL_SHARDS=$count GTEST_SHARD_INDEX=$share "$@" &
    pids+=($!)
  done
  wait_for "${pids[@]}"
}

# wait_for PID…: until all have ended; whether all did well.
wait_for() {
  local pid status=0
  for pid in "$@"; do
    wait "$pid" || status=1
  done
  return $status
}

# Core and the pure parts of the shell: as released, and under the sanitizers.
test_unit() {
  native_packages
  need_packages libgtest-dev librandom123-dev
  build_native release lab_tests
  in_shares "$build/release/lab_tests" --gtest_brief=1 || return 1
  build_native asan lab_tests
  in_shares "$build/asan/lab_tests" --gtest_brief=1 || return 1
  # Sessions again, on an executor that answers later.
  LAB_DELAYED=1 in_shares "$build/asan/lab_tests" --gtest_brief=1 \
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

# The front end with its sessions, without a window: every kind of experiment after every other as
# released, all else under the sanitizers, and of these pairs some.
test_shell() {
  native_packages
  need_packages libgtest-dev
  need_sources
  build_native release lab_shell_tests -DLAB_IMGUI_DIR="$LAB_CACHE/imgui"
  in_shares "$build/release/lab_shell_tests" --gtest_brief=1 --gtest_filter='Pairs.Every*' || return 1
  build_native asan lab_shell_tests -DLAB_IMGUI_DIR="$LAB_CACHE/imgui"
  in_shares "$build/asan/lab_shell_tests" --gtest_brief=1 || return 1
  # A family, data and a view that only this program has; of the common tests, those about them.
  build_native asan lab_toy_tests -DLAB_IMGUI_DIR="$LAB_CACHE/imgui"
  "$build/asan/lab_toy_tests" --gtest_brief=1 --gtest_filter='Toys.*:Words.*:*/toy*'
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
  local pids=()
  for kind in "${kinds[@]}"; do
    inside node "build/web/$kind.cjs" --gtest_brief=1 &
    pids+=($!)
  done
  wait_for "${pids[@]}"
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
  build_native release lab_desktop -DLAB_DESKTOP=ON -DLAB_IMGUI_DIR="$LAB_CACHE/imgui"
  bash tests/desktop/desktop_test.sh "$build/release/lab_desktop" "$build/screenshots"
}
