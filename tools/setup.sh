# Makes a checkout ready for use: dependencies, among them the pinned Node runtime, and the report's browser code.
# Sourced by bin/riftcheck and tools/run.sh, which set `root`. Sets `runtime`. Does nothing when nothing changed since
# the last time. POSIX shell, because it runs before any runtime is there.

: "${root:?set by bin/riftcheck or tools/run.sh}"
say() { printf 'riftcheck: %s\n' "$*" >&2; }

# Exit code 3 of docs/cli.md: what is needed could not be set up.
give_up() {
  say "$1"
  exit 3
}

# What was installed and built last, kept beside it: whoever deletes the one deletes the other.
dependencies="$root/node_modules/.riftcheck"
assets="$root/reports/dist/.riftcheck"
lock="$root/.cache/setup.lock"

dependencies_sum() { (cd "$root" && cat package-lock.json tools/runtime/package.json | cksum); }
assets_sum() {
  (
    cd "$root"
    find package-lock.json reports -name dist -prune -o -type f ! -name '*.test.ts' -print | LC_ALL=C sort | xargs cksum | cksum
  )
}
current() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }
stamp() { mkdir -p "${1%/*}" && printf '%s\n' "$2" >"$1"; }
unlock() { rm -rf "$lock"; }

# Two first uses at the same time must not install into one folder. A lock whose owner died is taken over.
take_lock() {
  mkdir -p "$root/.cache"
  waited=0
  until mkdir "$lock" 2>/dev/null; do
    owner=$(cat "$lock/pid" 2>/dev/null || echo none)
    if [ "$owner" != none ] && ! kill -0 "$owner" 2>/dev/null; then
      unlock
      continue
    fi
    [ "$waited" -gt 0 ] || say "waiting for another riftcheck (process $owner) to finish its set-up"
    waited=$((waited + 1))
    [ "$waited" -lt 600 ] || give_up "the other set-up has not ended after 10 minutes; remove $lock and try again"
    sleep 1
  done
  printf '%s\n' "$$" >"$lock/pid"
  trap unlock EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

release_lock() {
  unlock
  trap - EXIT INT TERM
}

install_dependencies() {
  command -v npm >/dev/null 2>&1 || give_up "npm is missing; install it with: apt-get install -y nodejs npm"
  say "installing dependencies and the pinned Node runtime (first use only, about half a minute) …"
  # Install scripts are never needed; devDependencies hold the runtime, whatever NODE_ENV says.
  (cd "$root" && npm ci --ignore-scripts --include=dev --include=optional --no-audit --no-fund 1>&2) ||
    give_up "installing the dependencies failed (see above); mend it and run the same command again"
}

# The pinned runtime; where none is published for the platform, the system's Node if it is new enough.
find_runtime() {
  runtime="$root/node_modules/.bin/node"
  [ -x "$runtime" ] && return
  runtime=$(command -v node) || give_up "no Node runtime is published for this platform; install Node 24.11 or newer"
  "$runtime" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 24 || (a === 24 && b >= 11) ? 0 : 1)' ||
    give_up "the pinned runtime is not there for this platform and $("$runtime" --version) is too old; install Node 24.11 or newer"
}

set_up() {
  take_lock
  wanted=$(dependencies_sum)
  if ! current "$dependencies" "$wanted"; then
    install_dependencies
    stamp "$dependencies" "$wanted"
  fi
  find_runtime
  if [ -f "$root/reports/build.ts" ] && ! current "$assets" "$(assets_sum)"; then
    say "building the report's browser code …"
    (cd "$root" && "$runtime" reports/build.ts 1>&2) || give_up "building the report's browser code failed (see above)"
    stamp "$assets" "$(assets_sum)"
  fi
  release_lock
}

# Sums of every file take as long as everything else at the start of a command: what is older than the last set-up is as it was then. A
# file that is gone leaves its folder newer.
untouched() {
  [ -f "$dependencies" ] && [ -f "$assets" ] &&
    [ -z "$(cd "$root" && find package-lock.json tools/runtime/package.json reports -name dist -prune -o -newer "$assets" -print)" ]
}
same_as_before() {
  current "$dependencies" "$(dependencies_sum)" &&
    { [ ! -f "$root/reports/build.ts" ] || current "$assets" "$(assets_sum)"; }
}

if untouched; then
  find_runtime
elif same_as_before; then
  [ ! -f "$assets" ] || touch "$assets"
  find_runtime
else
  set_up
  say "ready"
fi
