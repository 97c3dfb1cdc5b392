import { describe, expect, test } from "vitest";
import type { Json } from "#core/json";
import { MILLISECOND, SECOND } from "#core/units";
import type { Anomaly, Expectation, Model } from "#core/verdict";
import type { VerdictDocument } from "#core/run";
import { judgeHistory } from "../harness/cli/judge-history.ts";
import { perfectStore } from "../harness/cli/selftest/perfect-store.ts";
import { simulable } from "../harness/cli/selftest/valid-runs.ts";
import { type Simulation, simulate } from "../harness/cli/simulate.ts";
import { parseHistory } from "../harness/history/read-history.ts";
import { workloads } from "../workloads/registry.ts";
import { flawedStore, type Flaws, isOn } from "./support/flawed-store.ts";

interface Scenario {
  readonly workload: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly expect?: readonly Expectation[];
}

async function run(
  { workload: name, options = {}, expect: asked }: Scenario,
  settings: Partial<Simulation> = {},
): Promise<VerdictDocument> {
  const workload = workloads[name]!;
  const workloadOptions = workload.options.parse(options);
  const { lines, outcome } = await simulate({
    target: perfectStore,
    targetOptions: {},
    workload,
    workloadOptions,
    nodes: 3,
    clients: 6,
    rate: 200,
    time: 4 * SECOND,
    seed: "5",
    ...settings,
  });
  expect(outcome.error).toBeUndefined();
  const expectations = asked ?? workload.expectations?.(workloadOptions, [], { faults: [] }) ?? [];
  return judgeHistory(parseHistory(lines, name), { expectations });
}

const scenarios: readonly Scenario[] = [
  ...simulable().map((workload): Scenario => ({ workload })),
  ...["shopping-cart", "like-counter", "last-item"].map(
    (workload): Scenario => ({ workload, options: { updates: "conditional" } }),
  ),
  { workload: "ttl-cache", options: { cacheIn: "store" } },
];

describe.each(scenarios)("$workload $options on a store that keeps every promise", (scenario) => {
  test("shows no anomaly, and every model that it is about is decided", async () => {
    const { models, objects } = workloads[scenario.workload]!;
    const bound: Expectation = { model: "bounded-staleness", bound: { time: 0 }, is: "holds" };
    // In front of a perfect store, caches are as old as their time to live.
    const own =
      scenario.workload === "ttl-cache"
        ? undefined
        : { expect: models.includes("bounded-staleness") ? [bound] : [] };
    const verdict = await run({ ...scenario, ...own });
    const made = scenario.options?.["updates"] !== undefined;
    // Registers are one value to this store, and nothing that applications make is a replicated data type.
    const merges = !made && objects.some(({ type }) => type !== "register");
    const judged = models.filter((model) => merges || model !== "crdt-semantics");
    const isCached = scenario.workload === "ttl-cache" && scenario.options === undefined;
    if (isCached) {
      expect(verdict.expectations.map(({ outcome }) => outcome)).toEqual(["met"]);
      const ofOrigin = verdict.results.filter(({ level }) => level === "origin");
      expect(ofOrigin.filter(({ verdict: found }) => found === "violated")).toEqual([]);
      expect(ofOrigin.find(({ model }) => model === "linearizable")?.verdict).toBe("satisfied");
      return;
    }
    expect(verdict.anomalies).toEqual([]);
    expect(judged.map((model) => [model, verdict.models[model]])).toEqual(
      judged.map((model) => [model, expect.objectContaining({ verdict: "satisfied" })]),
    );
  });
});

interface Broken extends Scenario {
  readonly flaw: string;
  readonly flaws: Flaws;
  readonly model: Model;
  readonly level?: string;
  readonly types: readonly Anomaly["type"][];
}

const LATE = 300 * MILLISECOND;
const late = (): number => LATE;
const everyTenth = (_: unknown, count: number): boolean => count % 10 === 0;

/** A map of balances that lacks one account. */
const withoutLast = (balances: Json | undefined): Json =>
  Object.fromEntries(Object.entries((balances ?? {}) as Record<string, Json>).slice(0, -1));

const broken: readonly Broken[] = [
  {
    workload: "view-counter",
    flaw: "replicas that lag, and sessions that go from one to the other",
    flaws: { leader: "n1", delay: late, roams: true },
    model: "monotonic-reads",
    types: ["monotonic-reads"],
  },
  {
    workload: "view-counter",
    flaw: "replicas that lag",
    flaws: { leader: "n1", delay: late },
    expect: [{ model: "bounded-staleness", bound: { time: LATE / 2 }, is: "holds" }],
    model: "bounded-staleness",
    types: ["too-stale-read"],
  },
  {
    workload: "profile-edit",
    flaw: "replicas that lag",
    flaws: { leader: "n1", delay: late },
    model: "read-your-writes",
    level: "own",
    types: ["read-your-writes"],
  },
  {
    workload: "post-comment",
    flaw: "posts that arrive later than comments",
    flaws: { leader: "n1", delay: (request) => (isOn(request, "post") ? LATE : 0) },
    model: "causal",
    types: ["causality-violation"],
  },
  {
    workload: "post-comment",
    options: { ownReplies: 1 },
    flaw: "posts that arrive later than comments",
    flaws: { leader: "n1", delay: (request) => (isOn(request, "post") ? LATE : 0) },
    model: "pram",
    types: ["pram-violation", "causality-violation"],
  },
  {
    workload: "shopping-cart",
    flaw: "acknowledged and forgotten",
    flaws: { loses: everyTenth },
    model: "no-lost-writes",
    types: ["lost-element"],
  },
  {
    workload: "shopping-cart",
    options: { updates: "rewrite" },
    flaw: "none: the clients overwrite each other",
    flaws: { leader: "n1", delay: late },
    model: "no-lost-writes",
    types: ["lost-element"],
  },
  {
    workload: "shopping-cart",
    flaw: "removes that take other items along",
    flaws: { garble: (request) => (request.f === "add" ? { ...request, f: "remove" } : request) },
    model: "crdt-semantics",
    types: ["diverged"],
  },
  {
    workload: "address-book",
    options: { editsPerContact: 5 },
    flaw: "acknowledged and forgotten",
    flaws: { loses: everyTenth },
    model: "no-lost-writes",
    types: ["lost-write"],
  },
  {
    workload: "address-book",
    options: { deleteRatio: 0.2 },
    flaw: "copies that take each other's edits in the order in which they arrive",
    flaws: { delay: late },
    model: "convergence",
    types: ["diverged"],
  },
  {
    workload: "like-counter",
    flaw: "acknowledged and forgotten",
    flaws: { loses: everyTenth },
    model: "no-lost-writes",
    types: ["lost-increment"],
  },
  {
    workload: "like-counter",
    options: { updates: "rewrite" },
    flaw: "none: the clients overwrite each other",
    flaws: { leader: "n1", delay: late },
    model: "no-lost-writes",
    types: ["lost-increment"],
  },
  {
    workload: "last-item",
    flaw: "two copies that decide by themselves",
    flaws: { delay: late },
    model: "linearizable",
    types: ["split-brain"],
  },
  {
    workload: "last-item",
    options: { updates: "rewrite" },
    flaw: "none: the clients look first and then write",
    flaws: { leader: "n1" },
    model: "linearizable",
    types: ["split-brain"],
  },
  {
    workload: "configuration",
    flaw: "two copies that decide by themselves",
    flaws: { delay: late },
    model: "linearizable",
    types: ["split-brain"],
  },
  {
    workload: "shared-document",
    flaw: "characters put at the beginning of other copies",
    flaws: {
      garble: (request) =>
        request.f === "insert"
          ? { ...request, value: { ...(request.value as Record<string, string>), after: null } }
          : request,
    },
    model: "convergence",
    types: ["diverged"],
  },
  {
    workload: "shared-document",
    flaw: "acknowledged and forgotten",
    flaws: { loses: ({ f }, count) => f === "insert" && count % 10 === 0 },
    model: "no-lost-writes",
    types: ["lost-char"],
  },
  {
    workload: "ttl-cache",
    flaw: "an origin that lags further than it says",
    flaws: { leader: "n1", delay: () => SECOND },
    options: { ttl: 200 },
    model: "bounded-staleness",
    level: "cache",
    types: ["too-stale-read"],
  },
  {
    workload: "ttl-cache",
    flaw: "a cache in the store that keeps answers too long",
    flaws: { leader: "n1", delay: () => SECOND },
    options: { cacheIn: "store", ttl: 200 },
    model: "bounded-staleness",
    level: "cache",
    types: ["too-stale-read"],
  },
  {
    workload: "cross-region",
    flaw: "replicas far away, strong reads go to the leader",
    flaws: { leader: "n1", delay: late, strongLevel: "strong" },
    model: "linearizable",
    level: "local",
    types: ["stale-read"],
  },
  {
    workload: "bank",
    flaw: "reads that miss the younger half of a transfer",
    flaws: { misreads: (reply) => ({ ...reply, value: withoutLast(reply.value) }) },
    model: "preserved-total",
    types: ["wrong-total"],
  },
  {
    workload: "bank",
    options: { accounts: "registers" },
    flaw: "none: a transfer is two writes",
    flaws: { leader: "n1" },
    model: "preserved-total",
    types: ["wrong-total"],
  },
];

describe.each(broken)(
  "$workload $options on a store with: $flaw",
  ({ flaws, model, level, types, ...scenario }) => {
    test(`breaks ${model}`, async () => {
      const verdict = await run(scenario, { target: flawedStore(flaws) });
      const found = verdict.results.filter((one) => one.model === model && one.level === level);
      expect(found.map((one) => one.verdict)).toContain("violated");
      const named = verdict.anomalies.filter((one) => one.level === level).map(({ type }) => type);
      expect(types.some((type) => named.includes(type))).toBe(true);
    });
  },
);
