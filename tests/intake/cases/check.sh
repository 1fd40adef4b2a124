# check.sh - helpers for the .check files beside this one: CLI is pagewalk-cli, DIR the folder of the case
# SPDX-License-Identifier: GPL-3.0-or-later
# A .check is bash under set -e: the first helper that does not hold ends it with its reason on standard error.
std= err= rc=

# go SUBCOMMAND ARGS: run pagewalk-cli, keep what it prints.
go() {
  local tmp; tmp=$(mktemp)
  rc=0; std=$(cd "$DIR" && timeout 60 "$CLI" "$@" 2>"$tmp") || rc=$?
  err=$(cat "$tmp"); rm -f "$tmp"
}
# again LINES: run what was printed (it is a scenario again) with LINES behind it.
again() {
  local tmp text; tmp=$(mktemp); text=$std
  rc=0; std=$(printf '%s\n%s\n' "$text" "$1" | timeout 60 "$CLI" run - 2>"$tmp") || rc=$?
  err=$(cat "$tmp"); rm -f "$tmp"
}
status()   { [ "$rc" = "$1" ] || { echo "exit status $rc, expected $1: $(printf '%s' "$err" | head -n 1)" >&2; return 1; }; }
says()     { case "$std$err" in *"$1"*) ;; *) echo "does not say: $1" >&2; return 1;; esac; }
says_not() { case "$std$err" in *"$1"*) echo "says: $1" >&2; return 1;; *) ;; esac; }
# matches REGEX: some line of the output does.
matches()  { printf '%s\n%s\n' "$std" "$err" | grep -Eq -- "$1" || { echo "no line matches: $1" >&2; return 1; }; }
# nothing_assumed: no mapping that the text itself shows had to be made up.
nothing_assumed() { says_not "mapped before the record shows it"; }
