#!/usr/bin/env bash
# Runs every test there is and ends with a plain summary. A step that fails does not stop the others.
set -uo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
logs=$(mktemp -d); trap 'rm -rf "$logs"' EXIT
passed=0 failed=0 broken=()

# step NAME COMMAND…: runs it, shows its output only when it fails, and how long it took.
step() {
  local name=$1 start=$SECONDS; shift
  printf '› %-28s' "$name"
  if "$@" >"$logs/$name" 2>&1; then printf 'ok   %4ds\n' $((SECONDS - start)); return 0; fi
  printf 'FAIL %4ds\n' $((SECONDS - start)); broken+=("$name"); tail -n 150 "$logs/$name"
  return 1
}
count() { passed=$((passed + $1)); failed=$((failed + $2)); }
matches() { grep -cE "$1" "$2" 2>/dev/null || true; }

# Without the log lines of the servers under test, and without what passed.
go_tests() { go test -race -v -timeout 10m ./... 2>&1 | tee "$logs/go.all" | grep -vE '^\s*(=== |--- PASS|PASS$|ok |time=.* level=(DEBUG|INFO|WARN))|no test files' ; return "${PIPESTATUS[0]}"; }
vitest() { (cd web && NO_COLOR=1 npx vitest run "$@" --reporter=verbose); }

step "build" make --no-print-directory build || { echo "1 passed, 1 failed"; exit 1; }
step "lint and types" make --no-print-directory lint && count 1 0 || count 0 1
step "size of the lesson page" bash -c 'cd web && npm run --silent budget' && count 1 0 || count 0 1
step "go tests, race detector" go_tests
count "$(matches '^ *--- PASS' "$logs/go.all")" "$(matches '^ *--- FAIL|^FAIL.*\[build failed\]' "$logs/go.all")"
step "unit tests of the pages" vitest
count "$(matches '^ *✓' "$logs/unit tests of the pages")" "$(matches '^ *(×|✗)' "$logs/unit tests of the pages")"
step "browser tests" vitest --config e2e/vitest.config.ts
count "$(matches '^ *✓' "$logs/browser tests")" "$(matches '^ *(×|✗)' "$logs/browser tests")"

echo
for b in "${broken[@]}"; do echo "failed: $b"; done
[ ${#broken[@]} -gt 0 ] && [ $failed -eq 0 ] && failed=${#broken[@]}
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
