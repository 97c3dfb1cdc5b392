import { closeSync, openSync, writeSync } from "node:fs";
import { completionLine, headerLine, invocationLine } from "#core/line";
import type { OperationFunction } from "#core/functions";
import { headerSchema, type Invocation, type ObjectType } from "#core/operation";
import { MICROSECOND } from "#core/units";

export interface Explosion {
  readonly type: Extract<ObjectType, "register" | "set" | "queue" | "counter">;
  readonly keys: number;
  /** Updates of each key whose outcome nobody knows. */
  readonly indefinite: number;
  /** Successful updates of each key that all overlap. */
  readonly overlapping: number;
}

/** Values that are written again and again. */
const REPEATED = 5;

/**
 * Writes a history whose linearizability nobody can tell by looking: many updates under way at once, among them indefinite
 * ones, and then one read after the other of which the last fits to no order, so that all orders have to be tried.
 */
export function writeExplodingHistory(path: string, explosion: Explosion): void {
  const file = openSync(path, "w");
  const writer = new Writer((text) => writeSync(file, text));
  writer.header(explosion.type);
  for (let key = 0; key < explosion.keys; key++) writer.key(`k${key}`, explosion);
  closeSync(file);
}

class Writer {
  readonly #write: (text: string) => void;
  #index = 0;
  #process = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  header(type: ObjectType): void {
    this.#write(headerLine(headerSchema.parse({ riftcheck: 1, objects: [{ keys: "*", type }] })));
  }

  key(key: string, { type, indefinite, overlapping }: Explosion): void {
    const count = indefinite + overlapping;
    const first = this.#process;
    this.#process += count;
    const updates = Array.from({ length: count }, (_, i): Invocation => update(type, key, i));
    updates.forEach((update, i) => this.#invoke(first + i, update));
    const reads = readsOf(type, count);
    // Reads that fit come while the updates are under way, the one that does not after them.
    for (const value of reads.slice(0, -1)) this.#read(type, key, value);
    updates.slice(indefinite).forEach((update, i) => this.#ok(first + indefinite + i, update));
    this.#read(type, key, reads.at(-1)!);
  }

  #read(type: Explosion["type"], key: string, value: number | number[]): void {
    const f: OperationFunction = type === "queue" ? "dequeue" : "read";
    const invocation = { f, key, value: null };
    const process = this.#process++;
    this.#invoke(process, invocation);
    this.#write(
      completionLine(this.#index, this.#index++ * MICROSECOND, process, "ok", invocation, { value }),
    );
  }

  #invoke(process: number, invocation: Invocation): void {
    this.#write(invocationLine(this.#index, this.#index++ * MICROSECOND, process, invocation));
  }

  #ok(process: number, invocation: Invocation): void {
    this.#write(completionLine(this.#index, this.#index++ * MICROSECOND, process, "ok", invocation));
  }
}

function update(type: Explosion["type"], key: string, i: number): Invocation {
  const value = i % REPEATED;
  switch (type) {
    case "register":
      return { f: "write", key, value };
    case "set":
      return { f: i % (2 * REPEATED) < REPEATED ? "add" : "remove", key, value };
    case "queue":
      return { f: "enqueue", key, value };
    case "counter":
      return { f: "increment", key, value: (i + 1) * (i % 2 === 0 ? 1_000_003 : -999_983) };
  }
}

/** What is read, one after the other. Each change takes an update of its own, and in the end there is one too few. */
function readsOf(type: Explosion["type"], count: number): (number | number[])[] {
  const changes = Array.from({ length: 2 * Math.ceil(count / REPEATED) + 2 }, (_, i) => i % 2);
  switch (type) {
    case "register":
    case "queue":
      return changes;
    case "set":
      return changes.map((change) => (change === 0 ? [0, 1] : [0, 2]));
    case "counter":
      return [7];
  }
}
