import fc from "fast-check";
import type { CheckResult } from "#core/checker";
import type { OperationFunction } from "#core/functions";
import { queueDurability } from "../../queues/queue-durability.ts";
import { objectRuns, queuesOf, stacksOf } from "../arbitrary-objects.ts";
import { headerOf, type Operation } from "../operations.ts";
import { cameOut, lostFromQueue, unexpectedIn } from "../oracles/queues.ts";
import { countCase, type FuzzCase } from "./fuzz-case.ts";

const SHARES = fc.noBias(fc.array(fc.nat({ max: 99 }), { minLength: 8, maxLength: 8 }));
/** Of 100 runs so many take out only some of what went in and find nothing left, and so many are read on every node at the end. */
const SOME_TAKEN = 40;
const LATE = 80;
const ALL_NODES = 85;

/** Ends most runs with dequeues of elements that are left, and with nodes that find nothing more. */
const drained = (runs: fc.Arbitrary<Operation[]>): fc.Arbitrary<Operation[]> =>
  fc.tuple(runs, SHARES).map(([run, drawn]) => {
    const isStack = run.some(({ f }) => f === "push" || f === "pop");
    const take: OperationFunction = isStack ? "pop" : "dequeue";
    let clock = Math.max(...run.flatMap(({ inv, ret }) => [inv, Number.isFinite(ret) ? ret : inv]));
    const dequeue = (value: Operation["value"], draw: number): Operation => {
      const isDrain = draw % 5 === 0 && value === null && !isStack;
      const isInfo = draw % 9 === 0;
      clock += 2;
      return {
        session: 100,
        f: isDrain ? "drain" : take,
        key: "x",
        value: isInfo ? null : isDrain ? [] : value,
        inv: clock,
        ret: isInfo ? Number.POSITIVE_INFINITY : clock + 1,
        status: isInfo ? "info" : "ok",
        node: draw % 2 === 0 ? "n1" : "n2",
      };
    };
    const late = run
      .filter(({ f }) => f === "enqueue" || f === "push")
      .flatMap(({ value }, i) => (drawn[i % 5]! < SOME_TAKEN ? [dequeue(value, drawn[i % 5]!)] : []));
    const nodes = drawn[7]! < ALL_NODES ? [2, 3, 4] : [2];
    const empty = nodes.map((node, i) => dequeue(null, drawn[6]! < LATE ? node : node * 5 + i));
    return [...run.map((one) => ({ ...one, node: `n${1 + (one.inv % 2)}` })), ...late, ...empty];
  });

const count = (operations: readonly Operation[]): Record<string, number> => ({
  "lost-element": lostFromQueue(operations) ?? 0,
  "unexpected-element": unexpectedIn(operations).length,
});

/** Satisfied only where everything acknowledged was told to have come out. */
function also({ results }: CheckResult, operations: readonly Operation[]): string | undefined {
  const verdict = results.find(({ model }) => model === "no-lost-writes")?.verdict;
  if (count(operations)["lost-element"]! > 0)
    return verdict === "violated" ? undefined : `it says ${verdict}`;
  if (verdict === "not-applicable") return undefined;
  return verdict === (cameOut(operations) ? "satisfied" : "unknown") ? undefined : `it says ${verdict}`;
}

const queueCase = (
  title: string,
  type: "queue" | "stack",
  { distinct, lies }: { distinct: boolean; lies: number },
): FuzzCase =>
  countCase({
    title,
    checker: queueDurability,
    types: { "lost-element": "no-lost-writes", "unexpected-element": "causal" },
    header: headerOf({ type }),
    runs: drained(
      objectRuns(type === "queue" ? queuesOf(distinct) : stacksOf(distinct), {
        sessions: 3,
        operations: 8,
        lies,
      }),
    ),
    count,
    also,
  });

/** Lies let elements come out before they went in, and that nobody put in. */
export const queueLossCases: readonly FuzzCase[] = [
  queueCase("elements of queues", "queue", { distinct: true, lies: 5 }),
  queueCase("repeated elements of queues", "queue", { distinct: false, lies: 5 }),
  queueCase("elements of queues that come out whenever", "queue", { distinct: false, lies: 45 }),
  queueCase("elements of stacks", "stack", { distinct: true, lies: 5 }),
  queueCase("repeated elements of stacks", "stack", { distinct: false, lies: 25 }),
];
