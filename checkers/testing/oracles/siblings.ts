import type { Json } from "#core/json";
import type { Operation } from "../operations.ts";
import { lastRoundOf } from "./final-phase.ts";
import { readValue, writtenValue } from "./version-order.ts";

/** The values, other than null, that an operation showed. */
function shownBy(operation: Operation): Json[] {
  const shown = readValue(operation)?.value ?? null;
  const values = Array.isArray(shown) ? (shown as Json[]) : [shown];
  return values.filter((value) => value !== null);
}

const isUpdate = (one: Operation): boolean =>
  writtenValue(one) !== undefined || (one.f === "delete" && one.status !== "fail");

const isDeletion = (one: Operation): boolean => one.f === "delete" || (one.f === "cas" && one.value === null);

/**
 * Updates of registers with siblings that are lost, pair by pair: one may take the place of another that began before it
 * had certainly taken effect, and, if `seen` is claimed, only where its session had read or written the other, or may have.
 */
export function lostSiblings(
  operations: readonly Operation[],
  nodes: readonly string[],
  { isClaimed }: { readonly isClaimed: boolean },
): Operation[] {
  return [...Map.groupBy(operations, ({ key }) => key).values()].flatMap((ofKey) => {
    const round = lastRoundOf(ofKey, nodes);
    if (round === undefined) return [];
    const updates = ofKey.filter(isUpdate);
    const shown = round.map(shownBy);
    if (!shown.flat().every((value) => updates.some((one) => writtenValue(one) === value))) return [];
    const isThere = thereAmong(updates, shown.flat(), (later, earlier) =>
      mayReplace(later, earlier, ofKey, isClaimed),
    );
    const isBack = (deletion: Operation): boolean =>
      isClaimed &&
      deletion.f === "delete" &&
      shown[0]!.some(
        (value) =>
          shown.every((values) => values.includes(value)) &&
          hasCertainlySeen(deletion, value, ofKey, operations),
      );
    return updates.filter(
      (one) => isKnown(one, ofKey) && (!isThere.has(one) || (one.status === "ok" && isBack(one))),
    );
  });
}

function thereAmong(
  updates: readonly Operation[],
  shown: readonly Json[],
  mayReplacePair: (later: Operation, earlier: Operation) => boolean,
): ReadonlySet<Operation> {
  const there = new Set(updates.filter((one) => isDeletion(one) || shown.includes(one.value)));
  for (let size = -1; size !== there.size; ) {
    size = there.size;
    for (const one of updates)
      if ([...there].some((later) => later !== one && mayReplacePair(later, one))) there.add(one);
  }
  return there;
}

const isKnown = (one: Operation, ofKey: readonly Operation[]): boolean =>
  one.status === "ok" ||
  (!isDeletion(one) && ofKey.some((read) => read.ret > one.inv && shownBy(read).includes(one.value)));

function mayReplace(
  later: Operation,
  earlier: Operation,
  ofKey: readonly Operation[],
  isClaimed: boolean,
): boolean {
  if (isClaimed && later.f !== "cas") {
    const before = sessionBefore(later, ofKey);
    const hidesSomething = before.some(
      (one) =>
        one.status !== "ok" ||
        one.f === "cas" ||
        shownBy(one).some((value) => !wasWritten(value, one, ofKey)),
    );
    if (!hidesSomething)
      return before.some(
        (one) => one === earlier || (!isDeletion(earlier) && shownBy(one).includes(earlier.value)),
      );
  }
  return earlier.inv < latestEffect(later, ofKey);
}

const sessionBefore = (one: Operation, operations: readonly Operation[]): Operation[] =>
  operations.filter(({ session, inv }) => session === one.session && inv < one.inv);

const wasWritten = (value: Json, read: Operation, ofKey: readonly Operation[]): boolean =>
  ofKey.some((one) => writtenValue(one) === value && one.inv < read.ret);

/** It had certainly taken effect once it, or a read of its value alone during the run, had returned. */
const latestEffect = (one: Operation, ofKey: readonly Operation[]): number =>
  Math.min(
    one.ret,
    ...ofKey
      .filter((read) => !read.final && !isDeletion(one) && read.ret > one.inv)
      .filter((read) => readValue(read)?.value === one.value)
      .map(({ ret }) => ret),
  );

/** It was shown to the session, or written by it, and no operation of the session since then went without an answer. */
const hasCertainlySeen = (
  deletion: Operation,
  value: Json,
  ofKey: readonly Operation[],
  all: readonly Operation[],
): boolean =>
  sessionBefore(deletion, ofKey).some(
    (one) =>
      one.status === "ok" &&
      one.ret < deletion.inv &&
      (writtenValue(one) === value || (shownBy(one).includes(value) && wasWritten(value, one, ofKey))) &&
      sessionBefore(deletion, all).every(({ status, inv }) => status === "ok" || inv < one.inv) &&
      sessionBefore(deletion, ofKey).every(
        (other) => other.f !== "delete" || other.status !== "ok" || other.inv < one.inv,
      ),
  );
