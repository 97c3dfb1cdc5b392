import type { Json } from "#core/json";
import {
  operationsOf,
  type RecordedEvent,
  type RecordedOperation,
  type Recording,
  valueOf,
} from "../recording.ts";
import { hasType, type Injection, isOk, precedes, tryEach } from "./injection.ts";

const shownBy = (read: RecordedOperation): readonly Json[] => (valueOf(read) ?? []) as readonly Json[];

/** Successful reads of at least so many elements; final ones, which count for convergence alone, left out. */
const readsOf = (recording: Recording, least: number): RecordedOperation[] =>
  operationsOf(recording).filter(
    (one) => isOk(one) && !one.isFinal && one.f === "read" && shownBy(one).length >= least,
  );

const show = (read: RecordedOperation, elements: readonly Json[]): RecordedEvent => {
  read.completion!.value = elements;
  return read.invocation;
};

/** A read lacks what had been appended before it began. */
const overlook: Injection["inject"] = (recording, random) => {
  const appends = operationsOf(recording).filter((one) => isOk(one) && one.f === "append");
  return tryEach(readsOf(recording, 1), random, (read) => {
    const missed = appends.find((append) => append.key === read.key && precedes(append, read));
    if (missed === undefined) return undefined;
    const left = shownBy(read).filter((element) => element !== valueOf(missed));
    return [show(read, left)];
  });
};

const invent: Injection["inject"] = (recording, random) =>
  tryEach(readsOf(recording, 0), random, (read) => [show(read, [...shownBy(read), -1 - read.inv])]);

const repeat: Injection["inject"] = (recording, random) =>
  tryEach(readsOf(recording, 1), random, (read) => [show(read, [...shownBy(read), shownBy(read)[0]!])]);

/** A read shows the two last elements the other way round than another read. */
const turnRound: Injection["inject"] = (recording, random) => {
  const reads = readsOf(recording, 2);
  return tryEach(reads, random, (read) => {
    const shown = shownBy(read);
    const isSeen = reads.some(
      (other) => other !== read && other.key === read.key && shownBy(other).length >= shown.length,
    );
    return isSeen ? [show(read, [...shown.slice(0, -2), shown.at(-1)!, shown.at(-2)!])] : undefined;
  });
};

const isList = (recording: Recording): boolean => hasType(recording, "list");

/** Each as itself, and as no order of the operations. */
const both = (
  name: string,
  type: Injection["types"][number],
  inject: Injection["inject"],
): readonly Injection[] => [
  { name, types: [type], applies: isList, inject },
  { name: `${name}, as no order of the operations`, types: ["non-linearizable"], applies: isList, inject },
];

export const listInjections: readonly Injection[] = [
  { name: "appended, and yet not there", types: ["non-linearizable"], applies: isList, inject: overlook },
  ...both("element nobody appended", "thin-air-read", invent),
  ...both("element shown twice", "duplicate-element", repeat),
  ...both("two orders of elements", "incompatible-order", turnRound),
];
