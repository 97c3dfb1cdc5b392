import type { Random } from "#core/random";
import type { Anomaly } from "#core/verdict";
import type { RecordedEvent, RecordedOperation, Recording } from "../recording.ts";

/** A way to put an anomaly into a history that has none. */
export interface Injection {
  readonly name: string;
  /** What a checker must call it: one of these. */
  readonly types: readonly Anomaly["type"][];
  readonly applies: (recording: Recording) => boolean;
  /**
   * Alters the recording at a random place such that the anomaly is there for certain.
   * @returns the invocations of the operations altered or added, one of which belongs into the witness; undefined: no place
   */
  readonly inject: (recording: Recording, random: Random) => readonly RecordedEvent[] | undefined;
}

/** Tries items in random order until one will do. */
export function tryEach<T, R>(
  items: readonly T[],
  random: Random,
  attempt: (item: T) => R | undefined,
): R | undefined {
  if (items.length === 0) return undefined;
  const start = random.int(items.length);
  for (let i = 0; i < items.length; i++) {
    const result = attempt(items[(start + i) % items.length]!);
    if (result !== undefined) return result;
  }
  return undefined;
}

export const isOk = ({ status }: RecordedOperation): boolean => status === "ok";

/** Whether one operation had returned before another began. */
export const precedes = (a: RecordedOperation, b: RecordedOperation): boolean => a.ret < b.inv;

export const hasType = ({ header }: Recording, type: string): boolean =>
  header.objects.some((object) => object.type === type);
