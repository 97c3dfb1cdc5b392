import fc from "fast-check";
import { expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { type History, STATUS } from "#core/history";
import { rowsWhere } from "../groups.ts";
import { isFinal } from "../registers/access.ts";
import { versionOrders } from "../registers/version-order.ts";
import { registerRuns, runsOf } from "../testing/arbitrary.ts";
import { headerOf, historyFrom } from "../testing/operations.ts";
import { GuessedOrder } from "./guessed-order.ts";
import { type Impossibility, KeyWalk, WalkMemory } from "./key-walk.ts";
import { findImpossibilities } from "./some-order.ts";
import { SpannedGraph } from "./spanned-graph.ts";
import { Spans } from "./spans.ts";

/** As if every demand contradicted the guess. */
class Everything extends Spans {
  override get isEmpty(): boolean {
    return false;
  }

  override holding(): number {
    return 0;
  }
}

/** How many circles the demands on the only key have, by guarantee, in a graph that leaves nothing out. */
function circlesOf(history: History): [number, number] {
  const rows = rowsWhere(
    history.length,
    (row) => history.status[row] === STATUS.ok && !isFinal(history, row),
  );
  const graphs = { own: new SpannedGraph(new Everything()), reads: new SpannedGraph(new Everything()) };
  const walk = new KeyWalk(history, 0, new GuessedOrder(history, rows), graphs, new WalkMemory(history));
  walk.rows(rows, UNLIMITED);
  const nulls = (guarantee: string) => walk.nulls.filter((found) => found.guarantee === guarantee).length;
  return [
    graphs.own.cycles().length + nulls("read-your-writes"),
    graphs.reads.cycles().length + nulls("monotonic-reads"),
  ];
}

test("what agrees with the guessed order can be left out of the graph", () => {
  let [broken, sound] = [0, 0];
  fc.assert(
    fc.property(registerRuns({ sessions: 2, keys: 1, operations: 60, lies: 60, cas: 5 }), (run) => {
      const history = historyFrom(run, headerOf({ order: "unknown" }));
      if (!versionOrders(history).orderless.has(0)) return;
      const found: Impossibility[] = [];
      findImpossibilities(history, UNLIMITED, (one) => found.push(one));
      const counts = ["read-your-writes", "monotonic-reads"].map(
        (guarantee) => found.filter((one) => one.guarantee === guarantee).length,
      );
      expect(counts).toEqual(circlesOf(history));
      if (found.length > 0) broken++;
      else sound++;
    }),
    { numRuns: runsOf(1500) },
  );
  expect(broken / (broken + sound)).toBeGreaterThan(0.2);
  expect(sound / (broken + sound)).toBeGreaterThan(0.2);
});
