import type { Json } from "#core/json";
import type { Operation } from "../operations.ts";
import { lastRoundOf } from "./final-phase.ts";

const keysOf = (operations: readonly Operation[]): Operation[][] => [
  ...Map.groupBy(operations, ({ key }) => key).values(),
];

const isAppendOf = ({ f, value, status }: Operation, element: Json): boolean =>
  f === "append" && value === element && status !== "fail";

const readsOf = (operations: readonly Operation[]): Operation[] =>
  operations.filter(({ f, status }) => f === "read" && status === "ok");

const shownBy = ({ value }: Operation): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);

const timesIn = (read: Operation, element: Json): number =>
  shownBy(read).filter((one) => one === element).length;

/** How many appends of an element can have taken effect before a read returned. */
const possibleIn = (operations: readonly Operation[], read: Operation, element: Json): number =>
  operations.filter((one) => isAppendOf(one, element) && one.inv < read.ret).length;

/**
 * Elements that every last read on every node shows less often than they were appended: acknowledged appends happened, and so
 * did as many as some read shows, as far as there were so many.
 */
export function lostAppends(operations: readonly Operation[], nodes: readonly string[]): Json[] {
  return keysOf(operations).flatMap((ofKey) => {
    const round = lastRoundOf(ofKey, nodes);
    if (round === undefined) return [];
    const elements = new Set(ofKey.filter(({ f }) => f === "append").map(({ value }) => value));
    return [...elements].filter((element) => {
      const acknowledged = ofKey.filter((one) => isAppendOf(one, element) && one.status === "ok").length;
      const shown = readsOf(ofKey).map((read) =>
        Math.min(timesIn(read, element), possibleIn(ofKey, read, element)),
      );
      return round.every((read) => timesIn(read, element) < Math.max(acknowledged, ...shown));
    });
  });
}

/**
 * Elements of reads during the run that no set of appends explains that had begun by then, whatever their order, counted by what is the
 * matter: later appends would explain them (future), it was appended, but not so often (duplicate), everyone who did
 * certainly failed (aborted), nobody did (thin air).
 */
export function impossibleElements(
  operations: readonly Operation[],
): Record<"thin-air-read" | "aborted-read" | "duplicate-element" | "future-read", number> {
  const counts = { "thin-air-read": 0, "aborted-read": 0, "duplicate-element": 0, "future-read": 0 };
  for (const ofKey of keysOf(operations)) {
    for (const read of readsOf(ofKey).filter(({ final }) => !final)) {
      for (const element of new Set(shownBy(read))) {
        const times = timesIn(read, element);
        if (times <= possibleIn(ofKey, read, element)) continue;
        const ever = ofKey.filter((one) => isAppendOf(one, element)).length;
        const isAsked = ofKey.some(({ f, value }) => f === "append" && value === element);
        if (times <= ever) counts["future-read"]++;
        else if (ever > 0) counts["duplicate-element"]++;
        else counts[isAsked ? "aborted-read" : "thin-air-read"]++;
      }
    }
  }
  return counts;
}

/** Whether two reads during the run show a list so that neither continues the other. */
export function hasTwoOrders(operations: readonly Operation[]): boolean {
  const continues = (longer: readonly Json[], shorter: readonly Json[]): boolean =>
    shorter.every((element, i) => longer[i] === element) && longer.length >= shorter.length;
  return keysOf(operations).some((ofKey) => {
    const lists = readsOf(ofKey.filter(({ final }) => final !== true)).map(shownBy);
    return lists.some((a) => lists.some((b) => !continues(a, b) && !continues(b, a)));
  });
}
