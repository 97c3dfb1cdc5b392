/**
 * Judges one stack of distinct values by the algorithm for those (`checkers/stacks/lifo.ts`) and by search.
 *
 *     node bench/stacks.ts [seconds]
 *
 * Valid histories of growing size and with growing numbers of operations under way, and each with an anomaly. A search is
 * ended after so many seconds (20). Medians of three, in milliseconds; parsing is left out.
 */
import { argv } from "node:process";
import { timeBudget, UNLIMITED } from "#core/budget";
import { Random } from "#core/random";
import { MILLISECOND, SECOND } from "#core/units";
import { stacks } from "../checkers/search/models/stack.ts";
import { rowsOfKeys } from "../checkers/search/rows.ts";
import { search } from "../checkers/search/search.ts";
import { judgeLifo } from "../checkers/stacks/lifo.ts";
import { parseHistory } from "../harness/history/read-history.ts";
import { ATOMIC_KINDS } from "../harness/synthetic/atomic-object.ts";
import { injections } from "../harness/synthetic/injections/registry.ts";
import { linearizableRun } from "../harness/synthetic/linearizable-run.ts";
import { linesOf } from "../harness/synthetic/recording.ts";
import { median } from "./support/median.ts";

const SHAPES = [
  [1_000, 3],
  [1_000, 10],
  [10_000, 3],
  [10_000, 10],
  [100_000, 10],
  [100_000, 50],
  [1_000_000, 10],
] as const;
const [limit = 20] = argv.slice(2).map(Number);

function historyOf(operations: number, clients: number, isFaulty: boolean) {
  const kind = ATOMIC_KINDS["stack"]!;
  const recording = linearizableRun({
    kind,
    operations,
    clients,
    inFlight: clients,
    keys: 1,
    indefinite: 0,
    seed: "1",
  });
  const random = new Random("faulty");
  const fitting = injections.filter(
    ({ types, applies }) => types.includes("non-linearizable") && applies(recording),
  );
  if (isFaulty) random.pick(fitting).inject(recording, random);
  return parseHistory([...linesOf(recording)].join(""));
}

const now = (): number => performance.now() * MILLISECOND;

function timed(judge: () => string): string {
  const times: number[] = [];
  let verdict = "";
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    try {
      verdict = judge();
    } catch {
      return `not in ${limit} s`;
    }
    times.push(performance.now() - began);
  }
  return `${median(times).toFixed(1)} ms ${verdict}`;
}

for (const [operations, clients] of SHAPES) {
  for (const isFaulty of [false, true]) {
    const history = historyOf(operations, clients, isFaulty);
    const problems = stacks.problemsOf(history, 0, rowsOfKeys(history, [0]).get(0)!);
    if (typeof problems === "string") throw new Error(problems);
    const [problem] = problems;
    const fast = timed(() => judgeLifo(history, problem!, UNLIMITED)?.verdict ?? "undecided");
    const slow = timed(() => search(problem!, timeBudget(now, limit * SECOND, "")).verdict);
    const name = `${operations} operations, ${clients} clients${isFaulty ? ", one anomaly" : ""}`;
    console.log(`${name.padEnd(48)} ${fast.padEnd(24)} search ${slow}`);
  }
}
