#!/usr/bin/env bash
# Runs every test there is and ends with a plain summary. A step that fails does not stop the others.
#
# Most tests of media wait: for packets, for a line to get better, for a lesson to end. What only computes runs beside those of Go and beside the
# walks over the desk, at a lower priority, so that it takes no time from them that they would notice. Nothing runs beside the browsers that
# measure how a lesson arrives.
set -uo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
logs=$(mktemp -d); trap 'rm -rf "$logs"' EXIT; trap 'trap - TERM; kill 0' INT TERM

# Pure: no I/O, and no goroutine of their own, of their tests, or of what they import of ours (pure_go checks it). There the race detector finds
# nothing and takes ten times as long: the same tests, as many cases, without it.
pure="$(printf './scheduler/%s ' pairing plan quality roster schoolweek sheet timetable) $(printf './sfu/%s ' av1 avc bandwidth codec gcm nack ntp prefetch quality red rtpring seqmap twcc vp8 vp9)"
# Those that compute with a database; slow they may be, late they are not.
stored="./scheduler ./scheduler/db ./scheduler/demo"

# step NAME COMMAND…: runs it, tells how long it took, and shows its output only when it fails. NAME.log and NAME.failed stay for the summary.
step() {
  local name=$1 start=$SECONDS verdict=ok; shift
  "$@" >"$logs/$name.log" 2>&1 || { verdict=FAIL; touch "$logs/$name.failed"; }
  { printf '› %-28s%-4s %4ds\n' "$name" $verdict $((SECONDS - start)); [ $verdict = ok ] || tail -n 150 "$logs/$name.log"; } >"$logs/$name.told"
  cat "$logs/$name.told"
  [ $verdict = ok ]
}

# Without the log lines of the servers under test, and without what passed; the whole is kept beside it for the summary. Lint has vetted already.
go_test() {
  local name=$1; shift
  go test -vet=off -v -timeout 10m "$@" 2>&1 | tee "$logs/$name.go" | grep -vE '^\s*(=== |--- PASS|PASS$|ok |time=.* level=(DEBUG|INFO|WARN))|no test files'
  return "${PIPESTATUS[0]}"
}
pure_go() {
  local files='{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}} {{end}}' tests='{{$d := .Dir}}{{range .TestGoFiles}}{{$d}}/{{.}} {{end}}{{range .XTestGoFiles}}{{$d}}/{{.}} {{end}}'
  local concurrent='^\s*go (func\b|[A-Za-z_.]+\()|^\s*(import )?(\w+ )?"(sync|sync/atomic|golang.org/x/sync/.*|net|net/.*|os/exec|testing/synctest)"|AfterFunc|Parallel\('
  grep -nE "$concurrent" $(go list -f "$files" $(go list -deps $pure | grep "^$(go list -m)/")) $(go list -f "$tests" $pure) &&
    { echo 'not pure: the race detector must see it, take it off the list'; return 1; }
  go_test pure $pure
}
go_list() { go list $pure $stored ./sfu; } # what the other tests leave out, and what comes first
media_go() { go_test media -race ./sfu $(go list ./... | grep -vxF "$(go_list)"); } # the longest first
stored_go() { go_test stored -race -p 1 $stored; }
vitest() { (cd web && NO_COLOR=1 npx vitest run "$@" --reporter=verbose); }

step "build" make --no-print-directory build || { echo "1 passed, 1 failed"; exit 1; }
(
  renice -n 10 -p $BASHPID >/dev/null
  step "go tests, databases" stored_go
  step "lint and types" make --no-print-directory lint
  step "size of the lesson page" bash -c 'cd web && npm run --silent budget'
  step "go tests, pure" pure_go
  step "unit tests of the pages" vitest
) &
step "go tests, media" media_go
step "browser tests, desk" vitest --config e2e/vitest.config.ts --project desk
wait
step "browser tests, lessons" vitest --config e2e/vitest.config.ts --project lessons

# matches GO PAGES: how many lines say so in the logs of Go and of vitest.
matches() { echo $(($(cat "$logs"/*.go | grep -cE "$1") + $(cat "$logs"/*.log | grep -cE "$2"))); }
passed=$(matches '^ *--- PASS' '^ *✓') failed=$(matches '^ *--- FAIL|^FAIL.*\[build failed\]' '^ *(×|✗)')
failures=("$logs"/*.failed); [ -e "${failures[0]}" ] || failures=()
for s in "lint and types" "size of the lesson page"; do [ -e "$logs/$s.failed" ] && failed=$((failed + 1)) || passed=$((passed + 1)); done
[ $failed -eq 0 ] && failed=${#failures[@]}
echo
for f in "${failures[@]}"; do echo "failed: $(basename "$f" .failed)"; done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
