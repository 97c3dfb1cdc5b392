import { closeSync, openSync, writeSync } from "node:fs";
import { completionLine, headerLine, invocationLine } from "#core/line";
import { headerSchema, type Invocation } from "#core/operation";
import { Random } from "#core/random";

const SESSIONS = 10;
const KEYS_PER_SESSION = 100;
const NODES = ["n1", "n2", "n3"];
/** Reads that show the value before the current one. */
const STALE_SHARE = 0.001;
/** Mean nanoseconds between two events. */
const STEP = 2_000;
const BUFFERED = 1 << 20;

/** Writes a history as the workload `session` leaves it: single-writer keys with growing values, final reads on every node. */
export function writeSessionHistory(path: string, operations: number): void {
  const file = openSync(path, "w");
  const writer = new SessionWriter((text) => writeSync(file, text));
  writer.run(operations);
  closeSync(file);
}

class SessionWriter {
  readonly #random = new Random("bench");
  readonly #write: (text: string) => void;
  readonly #current = new Map<string, number>();
  readonly #issued = new Map<string, number>();
  #text = headerLine(
    headerSchema.parse({
      riftcheck: 1,
      objects: [{ keys: "*", type: "register", order: "single-writer", uniqueWrites: true }],
      concurrency: SESSIONS,
      nodes: NODES,
    }),
  );
  #index = 0;
  #time = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  run(operations: number): void {
    const open: (Invocation | undefined)[] = Array.from({ length: SESSIONS }, () => undefined);
    const finals = SESSIONS * KEYS_PER_SESSION * NODES.length;
    for (let left = Math.max(0, operations - finals); left > 0; ) {
      const session = this.#random.int(SESSIONS);
      const operation = open[session];
      open[session] = operation === undefined ? this.#begin(session) : undefined;
      if (operation === undefined) continue;
      this.#end(session, operation);
      left--;
    }
    open.forEach((operation, session) => operation !== undefined && this.#end(session, operation));
    this.#finalReads();
    this.#flush();
  }

  #begin(session: number): Invocation {
    const operation = this.#random.chance(0.5) ? this.#nextWrite(session) : this.#nextRead();
    this.#append(invocationLine(this.#index++, this.#tick(), session, operation));
    return operation;
  }

  #nextWrite(session: number): Invocation {
    const key = `k${session}-${this.#random.int(KEYS_PER_SESSION)}`;
    const value = (this.#issued.get(key) ?? 0) + 1;
    this.#issued.set(key, value);
    return { f: "write", key, value, node: "n1" };
  }

  #nextRead(): Invocation {
    const key = `k${this.#random.int(SESSIONS)}-${this.#random.int(KEYS_PER_SESSION)}`;
    return { f: "read", key, value: null, node: this.#random.pick(NODES) };
  }

  #end(session: number, operation: Invocation): void {
    const { f, key = "", value } = operation;
    if (f === "write") this.#current.set(key, value as number);
    const reply = f === "write" ? {} : { value: this.#shown(key) };
    this.#append(completionLine(this.#index++, this.#tick(), session, "ok", operation, reply));
  }

  #shown(key: string): number | null {
    const current = this.#current.get(key) ?? null;
    return current !== null && current > 1 && this.#random.chance(STALE_SHARE) ? current - 1 : current;
  }

  #finalReads(): void {
    for (const key of this.#issued.keys()) {
      NODES.forEach((node, i) => {
        const read: Invocation = { f: "read", key, value: null, node, final: true };
        const reply = { value: this.#current.get(key) ?? null };
        this.#append(invocationLine(this.#index++, this.#tick(), SESSIONS + i, read));
        this.#append(completionLine(this.#index++, this.#tick(), SESSIONS + i, "ok", read, reply));
      });
    }
  }

  #tick(): number {
    this.#time += this.#random.int(STEP * 2);
    return this.#time;
  }

  #append(line: string): void {
    this.#text += line;
    if (this.#text.length > BUFFERED) this.#flush();
  }

  #flush(): void {
    this.#write(this.#text);
    this.#text = "";
  }
}
