import type { Json } from "#core/json";
import type { OperationFunction } from "#core/functions";
import type { Random } from "#core/random";
import type { Anomaly } from "#core/verdict";
import { insertAt, newProcess, type RecordedEvent, type Recording } from "../recording.ts";
import { hasType, type Injection } from "./injection.ts";

/** An operation of a pattern: who does what on which of its keys. */
interface Step {
  readonly session: number;
  readonly f: OperationFunction;
  readonly key?: "a" | "b";
  readonly value: Json;
  readonly asked?: Json;
  readonly result?: boolean;
}

/** Operations of new sessions on new keys, one after the other, put into a history: what they show does not depend on it. */
const pattern = (
  name: string,
  types: readonly Anomaly["type"][],
  applies: (recording: Recording) => boolean,
  steps: readonly Step[],
): Injection => ({
  name,
  types,
  applies,
  inject: (recording, random) => insertSteps(recording, random, steps),
});

function insertSteps(recording: Recording, random: Random, steps: readonly Step[]): RecordedEvent[] {
  const firstProcess = newProcess(recording);
  const end = endOfClients(recording);
  const places = steps.map(() => random.int(end + 1)).sort((a, b) => a - b);
  // Each step moves what comes after it by two events.
  return steps.map(({ session, key = "a", ...operation }, i) =>
    insertAt(recording, places[i]! + 2 * i, {
      process: firstProcess + session,
      key: `injected-${firstProcess}-${key}`,
      ...operation,
    }),
  );
}

/** Where the final reads begin: nothing is written after that. */
function endOfClients({ events }: Recording): number {
  const first = events.findIndex(({ final }) => final === true);
  return first === -1 ? events.length : first;
}

const write = (session: number, key: "a" | "b", value: Json): Step => ({ session, f: "write", key, value });
const read = (session: number, key: "a" | "b", value: Json): Step => ({
  session,
  f: "read",
  key,
  value,
  asked: null,
});
const swap = (session: number, from: Json, to: Json): Step => ({
  session,
  f: "cas",
  value: [from, to],
  result: true,
});

/** Registers that several sessions may write. */
const isShared = (recording: Recording): boolean =>
  hasType(recording, "register") && recording.header.objects.every(({ order }) => order === "unknown");
const isUnique = (recording: Recording): boolean =>
  isShared(recording) && recording.header.objects.every(({ uniqueWrites }) => uniqueWrites);
const isRepeated = (recording: Recording): boolean =>
  isShared(recording) && recording.header.objects.every(({ uniqueWrites }) => !uniqueWrites);

const isOwned = (recording: Recording): boolean =>
  hasType(recording, "register") &&
  recording.header.objects.every(({ keys, order }) => keys === "*" && order === "single-writer");

/** Anomalies made of operations of their own. */
export const patternInjections: readonly Injection[] = [
  pattern("comment seen without its post", ["causality-violation"], isOwned, [
    write(0, "a", 1),
    read(1, "a", 1),
    write(1, "b", 2),
    read(2, "b", 2),
    read(2, "a", null),
  ]),
  pattern("overwritten value read after the cause of its end", ["causality-violation"], isUnique, [
    write(0, "a", 1),
    write(0, "a", 2),
    write(0, "b", 3),
    read(1, "b", 3),
    read(1, "a", 1),
  ]),
  pattern("two orders of concurrent writes", ["conflicting-order"], isUnique, [
    write(0, "a", 1),
    write(1, "a", 2),
    read(2, "a", 1),
    read(2, "a", 2),
    read(3, "a", 2),
    read(3, "a", 1),
  ]),
  pattern("reads to and fro between concurrent writes", ["causal-memory-violation"], isUnique, [
    write(0, "a", 1),
    write(1, "a", 2),
    read(2, "a", 1),
    read(2, "a", 2),
    read(2, "a", 1),
  ]),
  pattern("writes of a session seen in another order", ["pram-violation"], isUnique, [
    write(0, "a", 1),
    write(0, "a", 2),
    read(1, "a", 2),
    read(1, "a", 1),
  ]),
  pattern("store buffers", ["not-sequential"], isUnique, [
    write(0, "a", 1),
    write(1, "b", 2),
    read(0, "b", null),
    read(1, "a", null),
  ]),
  pattern("two compare-and-sets win", ["non-linearizable"], isRepeated, [
    write(0, "a", 1),
    swap(1, 1, 2),
    swap(2, 1, 3),
  ]),
  pattern("a repeated value read when it was gone", ["non-linearizable"], isRepeated, [
    write(0, "a", 1),
    write(0, "a", 2),
    write(0, "a", 1),
    write(0, "a", 3),
    read(1, "a", 1),
  ]),
  pattern("a refusal although the value was there", ["non-linearizable"], isRepeated, [
    write(0, "a", 1),
    { session: 1, f: "cas", value: [1, 2], result: false },
    read(2, "a", 1),
  ]),
];
