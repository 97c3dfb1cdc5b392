import { stdout } from "node:process";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { type Crdt, CRDT_TYPES, CRDTS, type Visibility, VISIBILITIES } from "#core/operation";
import { checkers } from "../registry.ts";
import { runsOf } from "../testing/arbitrary.ts";
import { CORRECT, type Replica, WRONG } from "../testing/crdt-replicas.ts";
import { simulate } from "../testing/crdt-simulation.ts";
import { headerOf, historyFrom } from "../testing/operations.ts";

const SEEDS = runsOf(100);

/** How often each verdict was given, and the anomalies found. */
function verdicts(crdt: Crdt, replica: Replica<unknown>, visibility: Visibility) {
  const checker = checkers[crdt === "lww" ? "lww-register" : crdt === "rga" ? "text" : crdt]!;
  // The timestamps of writes are told where causes do not tell their order.
  const order = crdt === "lww" && visibility === "eventual" ? "version" : "unknown";
  const header = headerOf({ type: CRDT_TYPES[crdt], crdt, visibility, order });
  const tally = { satisfied: 0, violated: 0, unknown: 0, "not-applicable": 0 };
  const types = new Set<string>();
  for (let seed = 0; seed < SEEDS; seed++) {
    const history = historyFrom(simulate(crdt, replica, seed), header);
    const { results, anomalies } = checker.check(history, UNLIMITED);
    tally[results[0]!.verdict]++;
    for (const { type } of anomalies) types.add(type);
  }
  return { tally, types };
}

/** Shares of histories of correct replicas whose causal execution need not be found: numbers do not tell what a read saw. */
const UNDECIDED: Readonly<Partial<Record<Crdt, number>>> = { "g-counter": 0.9, "pn-counter": 0.9 };

describe.each(CRDTS)("correct replicas: %s", (crdt) => {
  test.each(VISIBILITIES)("%s visibility", (visibility) => {
    const { tally } = verdicts(crdt, CORRECT[crdt], visibility);
    if (process.env["FUZZ_RUNS"] !== undefined)
      stdout.write(`${crdt} ${visibility} ${JSON.stringify(tally)}\n`);
    expect(tally.violated).toBe(0);
    expect(tally["not-applicable"]).toBe(0);
    const share = visibility === "causal" ? (UNDECIDED[crdt] ?? 0.02) : 0;
    expect(tally.unknown / SEEDS).toBeLessThanOrEqual(share);
  });
});

/** How often each mistake is found at least, and by what. */
const FOUND: Readonly<Record<keyof typeof WRONG, readonly [share: number, type: string]>> = {
  "pn-counter that merges by addition": [0.9, "surplus-increment"],
  "g-counter that loses increments": [0.9, "vanished-increment"],
  "g-set that loses an element on merge": [0.9, "diverged"],
  "2p-set that re-adds": [0.03, "resurrected-element"],
  "or-set that removes by value": [0.05, "remove-wins-over-concurrent-add"],
  "lww by arrival order": [0.3, "older-write-won"],
  "rga that orders siblings by arrival": [0.5, "text-order-conflict"],
};

test.each(Object.entries(WRONG))("%s is found out", (name, [crdt, replica]) => {
  const [share, type] = FOUND[name as keyof typeof WRONG];
  for (const visibility of VISIBILITIES) {
    const { tally, types } = verdicts(crdt, replica, visibility);
    if (process.env["FUZZ_RUNS"] !== undefined)
      stdout.write(`${name} ${visibility} ${JSON.stringify(tally)}\n`);
    expect(tally.violated / SEEDS).toBeGreaterThanOrEqual(share);
    expect(types).toContain(type);
  }
});
