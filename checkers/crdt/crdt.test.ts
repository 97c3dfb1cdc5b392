import { stdout } from "node:process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { type Crdt, CRDT_TYPES, type VersionOrder, type Visibility, VISIBILITIES } from "#core/operation";
import { checkers } from "../registry.ts";
import {
  counterRunsOf,
  type CrdtRuns,
  crdtRuns,
  gSetRuns,
  lwwRunsOf,
  orSetRuns,
  rgaRuns,
  twoPhaseSetRuns,
} from "../testing/arbitrary-crdt.ts";
import { runsOf } from "../testing/arbitrary.ts";
import { headerOf, historyFrom, operationsOf } from "../testing/operations.ts";
import { CRDT_DEFINITIONS, isCrdtHistory } from "../testing/oracles/crdt.ts";

const NODES = ["n1", "n2"];

interface Suite {
  readonly name: string;
  readonly crdt: Crdt;
  readonly order?: VersionOrder;
  readonly runs: CrdtRuns;
  readonly lies: number;
  /** Largest share of histories on which the checker may say `unknown` under each visibility. */
  readonly undecided: Readonly<Record<Visibility, number>>;
}

const SUITES: readonly Suite[] = [
  {
    name: "g-counter",
    crdt: "g-counter",
    runs: counterRunsOf(false),
    lies: 18,
    undecided: { eventual: 0, causal: 0.15 },
  },
  {
    name: "pn-counter",
    crdt: "pn-counter",
    runs: counterRunsOf(true),
    lies: 25,
    undecided: { eventual: 0, causal: 0.25 },
  },
  { name: "g-set", crdt: "g-set", runs: gSetRuns, lies: 12, undecided: { eventual: 0, causal: 0.05 } },
  {
    name: "2p-set",
    crdt: "2p-set",
    runs: twoPhaseSetRuns,
    lies: 15,
    undecided: { eventual: 0, causal: 0.05 },
  },
  { name: "or-set", crdt: "or-set", runs: orSetRuns, lies: 15, undecided: { eventual: 0, causal: 0.1 } },
  { name: "lww", crdt: "lww", runs: lwwRunsOf(false), lies: 20, undecided: { eventual: 0, causal: 0 } },
  {
    name: "lww with versions",
    crdt: "lww",
    order: "version",
    runs: lwwRunsOf(true),
    lies: 20,
    undecided: { eventual: 0, causal: 0 },
  },
  { name: "text", crdt: "rga", runs: rgaRuns, lies: 35, undecided: { eventual: 0, causal: 0.02 } },
];

describe.each(SUITES)("$name agrees with its definition", ({ name, crdt, order, runs, lies, undecided }) => {
  test.each(VISIBILITIES)("%s", (visibility) => {
    const checker = checkers[crdt === "lww" ? "lww-register" : crdt === "rga" ? "text" : crdt]!;
    const definition = CRDT_DEFINITIONS[crdt]!;
    const causal = visibility === "causal";
    const header = headerOf({ type: CRDT_TYPES[crdt], crdt, visibility, ...(order && { order }) }, NODES);
    const tally = { satisfied: 0, violated: 0, unknown: 0, "not-applicable": 0 };
    const shape = { sessions: 2, operations: causal ? 5 : 6, lies, causal, nodes: NODES };
    fc.assert(
      fc.property(crdtRuns(runs, shape), (run) => {
        const history = historyFrom(run, header);
        const { results, anomalies } = checker.check(history, UNLIMITED);
        const { verdict } = results[0]!;
        tally[verdict]++;
        const legal = isCrdtHistory(run, definition, { visibility, nodes: NODES });
        if (verdict !== "unknown") expect(verdict).toBe(legal ? "satisfied" : "violated");
        for (const { type, witness } of anomalies) {
          const part = history.select(witness.map((index) => history.rowOf(index)));
          const again = checker.check(part, UNLIMITED);
          expect(again.anomalies.map((anomaly) => anomaly.type)).toContain(type);
          expect(isCrdtHistory(operationsOf(part), definition, { visibility, nodes: NODES })).toBe(false);
        }
      }),
      { numRuns: runsOf(300) },
    );
    const total = runsOf(300);
    if (process.env["FUZZ_RUNS"] !== undefined)
      stdout.write(`${name} ${visibility} ${JSON.stringify(tally)}\n`);
    expect(tally.satisfied / total).toBeGreaterThan(0.2);
    expect(tally.violated / total).toBeGreaterThan(0.2);
    expect(tally.unknown / total).toBeLessThanOrEqual(undecided[visibility]);
  });
});
