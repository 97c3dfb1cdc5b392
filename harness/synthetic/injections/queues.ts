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

/** An element with the operations that put it in and took it out. */
interface Element {
  readonly enqueue: RecordedOperation;
  readonly dequeue: RecordedOperation;
}

/** Elements whose both ends are known, in order of their dequeues; no value is enqueued twice. */
function elementsOf(recording: Recording): Element[] {
  const all = operationsOf(recording).filter(isOk);
  const enqueues = new Map(
    all.filter(({ f }) => f === "enqueue").map((one) => [`${one.key} ${String(valueOf(one))}`, one]),
  );
  return all.flatMap((dequeue) => {
    const enqueue =
      dequeue.f === "dequeue" ? enqueues.get(`${dequeue.key} ${String(valueOf(dequeue))}`) : undefined;
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

const takeUnknown: Injection["inject"] = (recording, random) =>
  tryEach(elementsOf(recording), random, ({ dequeue }) => [answer(dequeue, -1 - dequeue.inv)]);

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
    const at = random.between(enqueue.ret + 1, dequeue.inv);
    return [insertAt(recording, at, { process: newProcess(recording), f: "dequeue", key, value: null })];
  });

/** What took an element out never happened; the queue is emptied at the end. */
const lose: Injection["inject"] = (recording, random) =>
  tryEach(elementsOf(recording), random, ({ enqueue, dequeue }) => {
    for (const event of [dequeue.invocation, dequeue.completion!]) {
      recording.events.splice(recording.events.indexOf(event), 1);
    }
    return [enqueue.invocation];
  });

const isQueue = (recording: Recording): boolean => hasType(recording, "queue");

export const queueInjections: readonly Injection[] = [
  { name: "handed out twice", types: ["non-linearizable"], applies: isQueue, inject: takeTwice },
  { name: "handed out and never put in", types: ["non-linearizable"], applies: isQueue, inject: takeUnknown },
  { name: "overtaken", types: ["non-linearizable"], applies: isQueue, inject: overtake },
  { name: "empty, and yet not", types: ["non-linearizable"], applies: isQueue, inject: findEmpty },
  { name: "lost element", types: ["lost-element"], applies: isQueue, inject: lose },
  {
    name: "lost element, as no order of the operations",
    types: ["non-linearizable"],
    applies: isQueue,
    inject: lose,
  },
];
