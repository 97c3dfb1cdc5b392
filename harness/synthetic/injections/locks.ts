import {
  insertAt,
  newProcess,
  operationsOf,
  type RecordedOperation,
  type Recording,
  valueOf,
} from "../recording.ts";
import { hasType, type Injection, isOk, precedes, tryEach } from "./injection.ts";

/** From an acquire that succeeded to the release that followed it. */
interface Hold {
  readonly acquire: RecordedOperation;
  readonly release: RecordedOperation;
}

/** In order of acquiring. */
function holdsOf(recording: Recording): Hold[] {
  const all = operationsOf(recording);
  const acquires = all.filter((one) => one.f === "acquire" && isOk(one) && one.completion?.result !== false);
  return acquires.flatMap((acquire) => {
    const release = all.find(
      (one) =>
        one.f === "release" &&
        one.key === acquire.key &&
        one.session === acquire.session &&
        precedes(acquire, one),
    );
    return release === undefined ? [] : [{ acquire, release }];
  });
}

const acquireHeld =
  (who: "another" | "holder"): Injection["inject"] =>
  (recording, random) =>
    tryEach(holdsOf(recording), random, ({ acquire, release }) => {
      const process = who === "holder" ? (acquire.invocation.process as number) : newProcess(recording);
      const at = random.between(acquire.ret + 1, release.inv);
      // With fencing tokens every hold has one; the next would be the following one.
      const token = valueOf(acquire);
      const value = typeof token === "number" ? token + 0.5 : null;
      if (who === "holder" && isBusy(recording, process, at)) return undefined;
      return [insertAt(recording, at, { process, f: "acquire", key: acquire.key, value, asked: null })];
    });

/** Whether a process waits for an answer just before a place. */
const isBusy = ({ events }: Recording, process: number, at: number): boolean =>
  events.slice(0, at).findLast((event) => event.process === process)?.type === "invoke";

const releaseUnheld: Injection["inject"] = (recording, random) => {
  const { key } = recording.events.find(({ type }) => type === "invoke")!;
  const at = random.int(recording.events.length + 1);
  return [
    insertAt(recording, at, {
      process: newProcess(recording),
      f: "release",
      value: null,
      ...(key === undefined ? {} : { key }),
    }),
  ];
};

/** Two holds, one after the other, with each other's tokens. */
const swapTokens: Injection["inject"] = (recording, random) => {
  const holds = holdsOf(recording);
  return tryEach(holds, random, (first) => {
    const second = holds.find(
      ({ acquire }) => acquire.key === first.acquire.key && precedes(first.acquire, acquire),
    );
    if (second === undefined) return undefined;
    const [a, b] = [valueOf(first.acquire), valueOf(second.acquire)];
    first.acquire.completion!.value = b;
    second.acquire.completion!.value = a;
    return [first.acquire.invocation, second.acquire.invocation];
  });
};

const isLock = (recording: Recording): boolean => hasType(recording, "lock");
const isFenced = (recording: Recording): boolean =>
  isLock(recording) &&
  recording.events.some(
    ({ f, type, value }) => f === "acquire" && type === "ok" && typeof value === "number",
  );

export const lockInjections: readonly Injection[] = [
  { name: "two holders", types: ["non-linearizable"], applies: isLock, inject: acquireHeld("another") },
  {
    name: "acquired twice by its holder",
    types: ["non-linearizable"],
    applies: isLock,
    inject: acquireHeld("holder"),
  },
  { name: "released by nobody", types: ["non-linearizable"], applies: isLock, inject: releaseUnheld },
  {
    name: "tokens against the order of holds",
    types: ["non-linearizable"],
    applies: isFenced,
    inject: swapTokens,
  },
];
