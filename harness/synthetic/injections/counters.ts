import { operationsOf, type RecordedOperation, type Recording, valueOf } from "../recording.ts";
import { hasType, type Injection, isOk, precedes, tryEach } from "./injection.ts";

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** What a read can show at least and at most, all increments being positive. */
function boundsOf(read: RecordedOperation, increments: readonly RecordedOperation[]): Bounds {
  const sum = (of: readonly RecordedOperation[]): number =>
    of.reduce((total, one) => total + (valueOf(one) as number), 0);
  const ofKey = increments.filter(({ key, status }) => key === read.key && status !== "fail");
  return {
    least: sum(ofKey.filter((one) => isOk(one) && precedes(one, read))),
    most: sum(ofKey.filter((one) => one.inv < read.ret)),
  };
}

const falsify =
  (choose: (bounds: Bounds) => number | undefined): Injection["inject"] =>
  (recording, random) => {
    const all = operationsOf(recording);
    const increments = all.filter(({ f }) => f === "increment");
    const reads = all.filter((one) => one.f === "read" && isOk(one));
    return tryEach(reads, random, (read) => {
      const value = choose(boundsOf(read, increments));
      if (value === undefined) return undefined;
      read.completion!.value = value;
      return [read.invocation];
    });
  };

/** The later of two reads shows less than the earlier. */
const goBack: Injection["inject"] = (recording, random) => {
  const reads = operationsOf(recording).filter((one) => one.f === "read" && isOk(one));
  return tryEach(reads, random, (first) => {
    const second = reads.find((one) => one.key === first.key && precedes(first, one));
    const shown = (valueOf(first) ?? 0) as number;
    if (second === undefined || shown === 0) return undefined;
    second.completion!.value = shown - 1;
    return [second.invocation];
  });
};

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
  { name: "counting back", types: ["non-linearizable"], applies: isCounter, inject: goBack },
];
