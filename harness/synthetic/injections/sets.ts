import type { Json } from "#core/json";
import type { Random } from "#core/random";
import {
  insertAt,
  newProcess,
  operationsOf,
  type RecordedEvent,
  type RecordedOperation,
  type Recording,
  valueOf,
} from "../recording.ts";
import { hasType, type Injection, isOk, precedes, tryEach } from "./injection.ts";

const isSet = (recording: Recording): boolean => hasType(recording, "set");
const hasFinals = (recording: Recording): boolean =>
  isSet(recording) && recording.events.some(({ final }) => final === true);

const elementsOf = (read: RecordedOperation): readonly Json[] => (valueOf(read) ?? []) as readonly Json[];

function setElements(read: RecordedOperation, elements: readonly Json[]): RecordedEvent {
  read.completion!.value = [...elements];
  return read.invocation;
}

const without = (read: RecordedOperation, element: Json): RecordedEvent =>
  setElements(
    read,
    elementsOf(read).filter((one) => one !== element),
  );

interface Sets {
  readonly adds: readonly RecordedOperation[];
  readonly reads: readonly RecordedOperation[];
  readonly finals: readonly RecordedOperation[];
  /** Whether a remove may have taken the element that an add put in. */
  readonly isRemoved: (add: RecordedOperation) => boolean;
}

function setsOf(recording: Recording): Sets {
  const operations = operationsOf(recording);
  const all = operations.filter(isOk);
  const removed = new Set(
    operations
      .filter(({ f, status }) => f === "remove" && status !== "fail")
      .map(({ key, invocation }) => JSON.stringify([key, invocation.value])),
  );
  return {
    adds: all.filter(({ f }) => f === "add"),
    reads: all.filter(({ f, isFinal }) => f === "read" && !isFinal),
    finals: all.filter(({ f, isFinal }) => f === "read" && isFinal),
    isRemoved: (add) => removed.has(JSON.stringify([add.key, add.invocation.value])),
  };
}

/** An element that every node showed vanishes from all of them, or from one. */
const vanish =
  (where: "everywhere" | "one node"): Injection["inject"] =>
  (recording, random) => {
    const { adds, finals, isRemoved } = setsOf(recording);
    return tryEach(adds, random, (add) => {
      if (isRemoved(add)) return undefined;
      const element = valueOf(add);
      const ofKey = finals.filter(({ key }) => key === add.key);
      const nodes = new Set(ofKey.map(nodeOf));
      if (nodes.size < 2 || !ofKey.every((read) => elementsOf(read).includes(element))) return undefined;
      const node = random.pick([...nodes]);
      const chosen = ofKey.filter((read) => where === "everywhere" || nodeOf(read) === node);
      return chosen.map((read) => without(read, element));
    });
  };

const nodeOf = ({ invocation, completion }: RecordedOperation): string | undefined =>
  completion?.node ?? invocation.node;

/** A read lacks an element whose add had been acknowledged. */
const overlook: Injection["inject"] = (recording, random) => {
  const { adds, reads, isRemoved } = setsOf(recording);
  return tryEach(reads, random, (read) => {
    const add = adds.findLast((one) => one.key === read.key && precedes(one, read) && !isRemoved(one));
    return add && [without(read, valueOf(add))];
  });
};

const invent: Injection["inject"] = (recording, random) => {
  const { reads } = setsOf(recording);
  return tryEach(reads, random, (read) => [setElements(read, [...elementsOf(read), -1 - read.inv])]);
};

/** Adds an element nobody else touches, and says afterwards that it is not there; or says so of one never added. */
const contradict =
  (isAdded: boolean) =>
  (recording: Recording, random: Random): RecordedEvent[] => {
    const process = newProcess(recording);
    const [first, second] = [random.int(recording.events.length), random.int(recording.events.length)].sort(
      (a, b) => a - b,
    );
    const key = recording.events.find((event) => event.type === "invoke")!.key!;
    const value = -process;
    const add = isAdded ? [insertAt(recording, first!, { process, f: "add", key, value })] : [];
    const question = insertAt(recording, second! + 2 * add.length, {
      process,
      f: "contains",
      key,
      value,
      result: !isAdded,
    });
    return [...add, question];
  };

const isAsked = (recording: Recording): boolean =>
  isSet(recording) && recording.events.some(({ f }) => f === "contains");

export const setInjections: readonly Injection[] = [
  { name: "lost element", types: ["lost-element"], applies: hasFinals, inject: vanish("everywhere") },
  { name: "diverged nodes", types: ["diverged"], applies: hasFinals, inject: vanish("one node") },
  { name: "stale read", types: ["stale-read"], applies: hasFinals, inject: overlook },
  {
    name: "stale read, as no order of the operations",
    types: ["non-linearizable"],
    applies: hasFinals,
    inject: overlook,
  },
  { name: "element nobody added", types: ["unexpected-element"], applies: isSet, inject: invent },
  {
    name: "element nobody added, as no order of the operations",
    types: ["non-linearizable"],
    applies: isSet,
    inject: invent,
  },
  {
    name: "added, and yet not there",
    types: ["non-linearizable"],
    applies: isAsked,
    inject: contradict(true),
  },
  {
    name: "there, and yet never added",
    types: ["non-linearizable"],
    applies: isAsked,
    inject: contradict(false),
  },
];
