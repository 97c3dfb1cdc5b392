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

const isPut = ({ f }: RecordedOperation): boolean => f === "enqueue" || f === "push";
const isTake = ({ f }: RecordedOperation): boolean => f === "dequeue" || f === "pop";

/** An element with the operations that put it in and took it out. */
interface Element {
  readonly enqueue: RecordedOperation;
  readonly dequeue: RecordedOperation;
}

/** Elements whose both ends are known, in order of their dequeues; no value is put in twice. */
function elementsOf(recording: Recording): Element[] {
  const all = operationsOf(recording).filter(isOk);
  const enqueues = new Map(all.filter(isPut).map((one) => [`${one.key} ${String(valueOf(one))}`, one]));
  return all.flatMap((dequeue) => {
    const enqueue = isTake(dequeue) ? enqueues.get(`${dequeue.key} ${String(valueOf(dequeue))}`) : undefined;
    return enqueue === undefined ? [] : [{ enqueue, dequeue }];
  });
}

const answer = (dequeue: RecordedOperation, value: unknown): RecordedEvent => {
  dequeue.completion!.value = value as number;
  return dequeue.invocation;
};

const takeTwice: Injection["inject"] = (recording, random) => {
  const elements = elementsOf(recording);
  return tryEach(elements, random, (first) => {
    const second = elements.find(
      ({ dequeue }) => dequeue.key === first.dequeue.key && precedes(first.dequeue, dequeue),
    );
    return second && [answer(second.dequeue, valueOf(first.dequeue))];
  });
};

/** Another takes out what nobody put in. */
const takeUnknown: Injection["inject"] = (recording, random) =>
  tryEach(elementsOf(recording), random, ({ dequeue: { f, key } }) => {
    const process = newProcess(recording);
    const at = random.int(recording.events.length + 1);
    return [insertAt(recording, at, { process, f, key, value: -process, asked: null })];
  });

/** Two elements that went in one after the other come out the other way round, one after the other. */
const overtake: Injection["inject"] = (recording, random) => {
  const elements = elementsOf(recording);
  return tryEach(elements, random, (first) => {
    const second = elements.find(
      (one) =>
        one.enqueue.key === first.enqueue.key &&
        precedes(first.enqueue, one.enqueue) &&
        precedes(first.dequeue, one.dequeue) &&
        precedes(one.enqueue, first.dequeue),
    );
    if (second === undefined) return undefined;
    const [a, b] = [valueOf(first.dequeue), valueOf(second.dequeue)];
    return [answer(first.dequeue, b), answer(second.dequeue, a)];
  });
};

/** Somebody finds nothing while an element is inside. */
const findEmpty: Injection["inject"] = (recording, random) =>
  tryEach(elementsOf(recording), random, ({ enqueue, dequeue }) => {
    if (!precedes(enqueue, dequeue)) return undefined;
    const { key } = enqueue;
    const { f } = dequeue;
    const at = random.between(enqueue.ret + 1, dequeue.inv);
    return [insertAt(recording, at, { process: newProcess(recording), f, key, value: null })];
  });

/** What took an element out never happened; all is taken out at the end. */
const lose: Injection["inject"] = (recording, random) =>
  tryEach(elementsOf(recording), random, (element) => without(recording, element));

function without(recording: Recording, { enqueue, dequeue }: Element): readonly RecordedEvent[] {
  for (const event of [dequeue.invocation, dequeue.completion!])
    recording.events.splice(recording.events.indexOf(event), 1);
  return [enqueue.invocation];
}

/** The same with somebody who should have met the element: a later one came out, or nothing was found. */
const loseInOrder: Injection["inject"] = (recording, random) => {
  const elements = elementsOf(recording);
  const empty = operationsOf(recording).filter(
    (one) => isOk(one) && isTake(one) && !one.isFinal && valueOf(one) === null,
  );
  return tryEach(elements, random, (element) => {
    const { enqueue } = element;
    const isMissed =
      empty.some((take) => take.key === enqueue.key && precedes(enqueue, take)) ||
      (enqueue.f === "enqueue" &&
        elements.some((later) => later.enqueue.key === enqueue.key && precedes(enqueue, later.enqueue)));
    return isMissed ? without(recording, element) : undefined;
  });
};

const isQueue = (recording: Recording): boolean => hasType(recording, "queue");

const isStack = (recording: Recording): boolean => hasType(recording, "stack");
const isContainer = (recording: Recording): boolean => isQueue(recording) || isStack(recording);

/** A stack of its own hands out what is not on top. */
const underTheTop: Injection["inject"] = (recording, random) => {
  const process = newProcess(recording);
  const at = random.int(recording.events.length);
  const common = { process, key: `injected-${process}` };
  const steps = [
    { f: "push", value: 1 },
    { f: "push", value: 2 },
    { f: "pop", value: 1, asked: null },
  ] as const;
  return steps.map((step, i) => insertAt(recording, at + 2 * i, { ...common, ...step }));
};

/** Of queues and stacks. */
export const queueInjections: readonly Injection[] = [
  { name: "handed out twice", types: ["non-linearizable"], applies: isContainer, inject: takeTwice },
  {
    name: "handed out and never put in",
    types: ["non-linearizable"],
    applies: isContainer,
    inject: takeUnknown,
  },
  { name: "overtaken", types: ["non-linearizable"], applies: isQueue, inject: overtake },
  { name: "taken from under the top", types: ["non-linearizable"], applies: isStack, inject: underTheTop },
  { name: "empty, and yet not", types: ["non-linearizable"], applies: isContainer, inject: findEmpty },
  { name: "lost element", types: ["lost-element"], applies: isContainer, inject: lose },
  {
    name: "lost element, as no order of the operations",
    types: ["non-linearizable"],
    applies: isContainer,
    inject: loseInOrder,
  },
];
