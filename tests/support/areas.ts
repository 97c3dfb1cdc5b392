/**
 * The tables of the architecture: which area may import which, and which do without I/O. docs/architecture.md explains
 * them; a change here is explained in docs/decisions/.
 */

/** Area → areas it may import besides itself. The longest matching area owns a file; "all" is for composition roots. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[] | "all">> = {
  "harness/core": [],
  "harness/engine": ["harness/core"],
  "harness/generators": ["harness/core"],
  "harness/nemeses": ["harness/core"],
  "harness/synthetic": ["harness/core"],
  "harness/cluster": ["harness/core"],
  "harness/history": ["harness/core"],
  "harness/store": ["harness/core", "harness/history"],
  "harness/judge": ["harness/core", "checkers"],
  "harness/metrics": ["harness/core", "checkers"],
  "harness/experiments": "all",
  "harness/contract": "all",
  "harness/api": "all",
  "harness/cli": "all",
  "harness/hunt": "all",
  "harness/node-main.ts": "all",
  checkers: ["harness/core"],
  targets: ["harness/core"],
  workloads: ["harness/core", "checkers", "harness/generators"],
  reports: ["harness/core"],
  tests: "all",
  bench: "all",
  examples: "all",
  tools: "all",
};

/** What the tests and `testing/` folders of an area may import besides what the area may. */
export const TESTS_MAY_ALSO_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // A home-made store is tested on the simulated cluster.
  targets: ["harness/cluster"],
  // Metrics are tested on what checkers found in histories written as text.
  "harness/metrics": ["harness/history", "harness/cli"],
  // What a history proves is tested on histories written as text.
  "harness/judge": ["harness/history"],
};

/**
 * What an area does without.
 * `pure`: the same input gives the same output; no clock, chance, I/O, nor any package but zod.
 * `runtime`: time, chance and connections come from the `Runtime` only, so that it works in virtual time as well.
 */
export type Abstinence = "pure" | "runtime";

export const ABSTAINS: Readonly<Record<string, Abstinence>> = {
  "harness/core": "pure",
  "harness/generators": "pure",
  "harness/synthetic": "pure",
  "harness/metrics": "pure",
  "harness/judge/triage": "pure",
  checkers: "pure",
  workloads: "pure",
  reports: "pure",
  "harness/cluster/sim": "pure",
  "harness/engine": "runtime",
  "harness/nemeses": "runtime",
  targets: "runtime",
};

/** What a file may use although its area does without, and why. `uses: "all"`: whatever it needs. */
export interface Exemption {
  readonly uses: readonly string[] | "all";
  readonly because: string;
}

/** Files, or folders ending in `/`. */
export const EXEMPT: Readonly<Record<string, Exemption>> = {
  "harness/engine/real-time.ts": {
    uses: "all",
    because: "is the Runtime of real time: the one place that turns timers and sockets into it",
  },
  "harness/engine/loop-lag.ts": {
    uses: "all",
    because: "measures the harness's own event loop, which virtual time does not have",
  },
  "harness/cluster/sim/run-virtual.ts": {
    uses: ["node:timers"],
    because: "lets promises settle between two virtual instants",
  },
  "harness/cluster/sim/forbid-real-time.ts": {
    uses: "all",
    because: "takes clocks and chance away from everyone else",
  },
  "targets/postgres/supervisor/": { uses: "all", because: "runs in the nodes, beside the store" },
  "targets/postgres/plan.ts": { uses: ["process"], because: "names the runtime that goes into the image" },
  "targets/redis/config.ts": { uses: ["node:crypto"], because: "hashes; asks for no random numbers" },
  "targets/etcd/gateway.ts": {
    uses: ["node:http"],
    because: "connects to a store that is no node of ours; its only timer is the Runtime's",
  },
  "targets/zookeeper/session.ts": {
    uses: ["node:net"],
    because: "connects to a store that is no node of ours; its only timer is the Runtime's",
  },
  "targets/zookeeper/status.ts": {
    uses: ["node:net"],
    because: "connects to a store that is no node of ours; its only timer is the Runtime's",
  },
  "targets/documents/load-package.ts": {
    uses: ["node:module"],
    because: "loads libraries that are no dependencies, when a store is made of them",
  },
  "targets/automerge/chance.ts": {
    uses: ["crypto"],
    because: "makes the chance that the library asks the process for the node's own",
  },
  "reports/build.ts": { uses: "all", because: "bundles the browser code, a step of the set-up" },
  "reports/assets.ts": { uses: "all", because: "reads the bundled browser code" },
  "reports/plots/": { uses: ["vega", "vega-lite"], because: "compiles the plots, a step of the set-up" },
  "reports/html.ts": {
    uses: ["node:crypto", "node:zlib"],
    because: "hashes the script for its security policy and compresses the data",
  },
  "reports/plot-page.ts": { uses: ["node:crypto"], because: "hashes the script for its security policy" },
  "reports/runs/render.ts": {
    uses: ["node:crypto", "node:zlib"],
    because: "hashes the script for its security policy and compresses the data",
  },
  "reports/browser/": { uses: "all", because: "runs in the browser" },
};

/** Globals that reach the clock, chance or the world outside. */
export const IMPURE_GLOBALS: readonly string[] = [
  "Date",
  "Math.random",
  "Temporal",
  "WebSocket",
  "XMLHttpRequest",
  "clearImmediate",
  "clearInterval",
  "clearTimeout",
  "console",
  "crypto",
  "fetch",
  "globalThis",
  "navigator",
  "performance",
  "process",
  "queueMicrotask",
  "require",
  "setImmediate",
  "setInterval",
  "setTimeout",
];

/** Packages that pure areas may use: schemas. */
export const PURE_PACKAGES: readonly string[] = ["zod"];
/** Modules of Node that areas under `runtime` may not use: they reach the clock, chance or the world outside. */
export const ALLOWED_NODE_MODULES: readonly string[] = ["node:assert", "node:util"];
