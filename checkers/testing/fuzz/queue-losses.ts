import fc from "fast-check";
import { queueDurability } from "../../queues/queue-durability.ts";
import { objectRuns, queuesOf } from "../arbitrary-objects.ts";
import { headerOf, type Operation } from "../operations.ts";
import { isElementLost } from "../oracles/queue-losses.ts";
import { type FuzzCase, verdictCase } from "./fuzz-case.ts";

const SHARES = fc.noBias(fc.array(fc.nat({ max: 99 }), { minLength: 8, maxLength: 8 }));
/** Of 100 elements left at the end, so many vanish; and of 100 queues so many are not emptied. */
const VANISH = 45;
const NOT_EMPTIED = 10;

/** Takes out most of what is left in the end, and then finds the queue empty. */
const emptied = (runs: fc.Arbitrary<Operation[]>): fc.Arbitrary<Operation[]> =>
  fc.tuple(runs, SHARES).map(([run, shares]) => {
    const end = 1 + Math.max(...run.map(({ inv, ret }) => (Number.isFinite(ret) ? ret : inv)));
    const taken = shares.slice(1).flatMap((share, i): Operation[] => {
      const left = leftIn(run)[i];
      return left === undefined || share < VANISH ? [] : [dequeue(left, end + i * 2)];
    });
    const last = shares[0]! < NOT_EMPTIED ? [] : [dequeue(null, end + 40)];
    return [...run, ...taken, ...last];
  });

const dequeue = (value: Operation["value"], inv: number): Operation => ({
  session: 9,
  f: "dequeue",
  key: "x",
  value,
  inv,
  ret: inv + 1,
  status: "ok",
});

/** Values of acknowledged enqueues that were not taken out. */
function leftIn(run: readonly Operation[]): Operation["value"][] {
  const taken = run.filter(({ f, status }) => f === "dequeue" && status === "ok").map(({ value }) => value);
  return run
    .filter(({ f, status }) => f === "enqueue" && status === "ok")
    .map(({ value }) => value)
    .filter((value) => {
      const at = taken.indexOf(value);
      if (at !== -1) taken.splice(at, 1);
      return at === -1;
    });
}

const queueCase = (title: string, distinct: boolean, lies: number): FuzzCase =>
  verdictCase({
    title,
    checker: queueDurability,
    model: "no-lost-writes",
    header: headerOf({ type: "queue" }),
    runs: emptied(objectRuns(queuesOf(distinct), { sessions: 3, operations: 8, lies })),
    holds: (operations) => !isElementLost(operations),
    open: "unknown",
  });

export const queueLossCases: readonly FuzzCase[] = [
  queueCase("elements of queues", true, 25),
  queueCase("repeated elements of queues", false, 25),
];
