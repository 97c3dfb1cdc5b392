import { operationsOf, type RecordedOperation, type Recording, valueOf } from "../recording.ts";
import { hasType, type Injection, isOk, precedes, tryEach } from "./injection.ts";

interface Bounds {
  readonly least: number;
  readonly most: number;
}

const changeOf = (increment: RecordedOperation): number => valueOf(increment) as number;

/** What a read can show at least and at most: all that had returned before it, and what was under way. */
function boundsOf(read: RecordedOperation, increments: readonly RecordedOperation[]): Bounds {
  const bounds = { least: 0, most: 0 };
  for (const one of increments) {
    if (one.key !== read.key || one.status === "fail" || one.inv > read.ret) continue;
    const by = changeOf(one);
    const isCertain = isOk(one) && precedes(one, read);
    if (isCertain || by < 0) bounds.least += by;
    if (isCertain || by > 0) bounds.most += by;
  }
  return bounds;
}

const falsify =
  (choose: (bounds: Bounds) => number | undefined): Injection["inject"] =>
  (recording, random) => {
    const all = operationsOf(recording);
    const increments = all.filter(({ f }) => f === "increment");
    const reads = all.filter((one) => one.f === "read" && isOk(one) && !one.isFinal);
    return tryEach(reads, random, (read) => {
      const value = choose(boundsOf(read, increments));
      if (value === undefined) return undefined;
      read.completion!.value = value;
      return [read.invocation];
    });
  };

/** The later of two reads shows less than the earlier, and nothing that was taken off in between explains it. */
const goBack: Injection["inject"] = (recording, random) => {
  const all = operationsOf(recording);
  const reads = all.filter((one) => one.f === "read" && isOk(one) && !one.isFinal);
  const decrements = all.filter((one) => one.f === "increment" && one.status !== "fail" && changeOf(one) < 0);
  return tryEach(reads, random, (first) => {
    const second = reads.find((one) => one.key === first.key && precedes(first, one));
    const shown = (valueOf(first) ?? 0) as number;
    if (second === undefined || shown === 0) return undefined;
    const explains = (one: RecordedOperation): boolean =>
      one.key === first.key && one.inv < second.ret && !(isOk(one) && precedes(one, first));
    if (decrements.some(explains)) return undefined;
    second.completion!.value = shown - 1;
    return [second.invocation];
  });
};

/** All last reads of a counter show one less than was acknowledged. */
const loseOne: Injection["inject"] = (recording, random) => {
  const all = operationsOf(recording);
  const increments = all.filter(({ f }) => f === "increment");
  const finals = all.filter((one) => one.f === "read" && isOk(one) && one.isFinal);
  return tryEach(finals, random, ({ key }) => {
    const ofKey = finals.filter((read) => read.key === key);
    const { least } = boundsOf(ofKey[0]!, increments);
    if (least === 0 || increments.some((one) => one.key === key && one.status === "info")) return undefined;
    for (const read of ofKey) read.completion!.value = least - 1;
    return ofKey.map(({ invocation }) => invocation);
  });
};

const hasFinals = (recording: Recording): boolean =>
  isCounter(recording) && recording.events.some(({ final }) => final === true);

const isCounter = (recording: Recording): boolean => hasType(recording, "counter");

export const counterInjections: readonly Injection[] = [
  {
    name: "lost increment",
    types: ["non-linearizable"],
    applies: isCounter,
    inject: falsify(({ least }) => (least > 0 ? least - 1 : undefined)),
  },
  {
    name: "more than was added",
    types: ["non-linearizable"],
    applies: isCounter,
    inject: falsify(({ most }) => most + 1),
  },
  { name: "increment on no node", types: ["lost-increment"], applies: hasFinals, inject: loseOne },
  { name: "counting back", types: ["non-linearizable"], applies: isCounter, inject: goBack },
];
