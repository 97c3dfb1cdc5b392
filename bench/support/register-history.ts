import { closeSync, openSync, writeSync } from "node:fs";
import { completionLine, headerLine, invocationLine } from "#core/line";
import { headerSchema, type Invocation } from "#core/operation";
import { Random } from "#core/random";

export interface RegisterHistoryOptions {
  readonly operations: number;
  readonly clients: number;
  /** `busy`: every client has an operation in flight nearly all the time; `light`: about three have, however many there are. */
  readonly load: "busy" | "light";
  /** One read near the end returns a value that had been overwritten long before it began. */
  readonly stale?: boolean;
  /** How many of the operations end without an answer. */
  readonly timeouts?: number;
}

const KEY = "x";
/** Operations in flight of a light load. */
const LIGHT = 3;
/** Mean nanoseconds between two events. */
const STEP = 1_000;
/** A read is made stale once this share of the operations is done. */
const NEAR_THE_END = 0.99;
/** The stale read returns the value that was current this many writes ago: no operation in flight remembers it. */
const LONG_AGO_PER_CLIENT = 20;
const BUFFERED = 1 << 20;

/**
 * Writes a history of one register, reads and writes half and half, every value written once. Each operation takes effect
 * at a random moment of its interval, so the history is linearizable unless `stale` is asked for.
 */
export function writeRegisterHistory(path: string, options: RegisterHistoryOptions): void {
  const file = openSync(path, "w");
  let text = "";
  for (const line of registerLines(options)) {
    text += line;
    if (text.length < BUFFERED) continue;
    writeSync(file, text);
    text = "";
  }
  writeSync(file, text);
  closeSync(file);
}

/** The lines of such a history, each ended by a newline. The same options give the same lines. */
export function* registerLines(options: RegisterHistoryOptions): Generator<string> {
  yield headerLine(
    headerSchema.parse({
      riftcheck: 1,
      objects: [{ keys: "*", type: "register", uniqueWrites: true }],
      concurrency: options.clients,
    }),
  );
  yield* new RegisterRun(options).lines();
}

interface Pending {
  readonly operation: Invocation;
  /** Whether it took effect. */
  applied: boolean;
  /** What a read saw when it took effect. */
  seen: number | null;
}

class RegisterRun {
  readonly #options: RegisterHistoryOptions;
  readonly #random = new Random("register");
  readonly #processes: number[];
  readonly #pending: (Pending | undefined)[];
  /** Every value in the order in which it became current. */
  readonly #written: number[] = [];
  #invoked = 0;
  #completed = 0;
  #timeouts = 0;
  #hasStale = false;
  #index = 0;
  #time = 0;

  constructor(options: RegisterHistoryOptions) {
    this.#options = options;
    this.#processes = Array.from({ length: options.clients }, (_, client) => client);
    this.#pending = this.#processes.map(() => undefined);
  }

  *lines(): Generator<string> {
    const { operations, clients, load } = this.#options;
    const most = load === "busy" ? clients : Math.min(LIGHT, clients);
    while (this.#completed < operations) {
      const isFull = this.#invoked - this.#completed === Math.min(most, operations - this.#completed);
      const client = this.#clientThat(isFull);
      const pending = this.#pending[client];
      if (pending === undefined) yield this.#invoke(client);
      else if (pending.applied) yield this.#complete(client, pending);
      else this.#apply(pending);
    }
  }

  /** A client with an operation in flight if no more may begin, else one without. */
  #clientThat(isPending: boolean): number {
    for (;;) {
      const client = this.#random.int(this.#options.clients);
      if ((this.#pending[client] !== undefined) === isPending) return client;
    }
  }

  #invoke(client: number): string {
    const f = this.#random.chance(0.5) ? "write" : "read";
    const value = f === "write" ? this.#invoked : null;
    const operation: Invocation = { f, key: KEY, value };
    this.#invoked++;
    this.#pending[client] = { operation, applied: false, seen: null };
    return invocationLine(this.#index++, this.#tick(), this.#processes[client]!, operation);
  }

  #apply(pending: Pending): void {
    const { f, value } = pending.operation;
    if (f === "write") this.#written.push(value as number);
    else pending.seen = this.#written.at(-1) ?? null;
    pending.applied = true;
  }

  #complete(client: number, { operation, seen }: Pending): string {
    this.#pending[client] = undefined;
    this.#completed++;
    const process = this.#processes[client]!;
    if (this.#timesOut()) return this.#timeOut(client, process, operation);
    const reply = operation.f === "read" ? { value: this.#shown(seen) } : {};
    return completionLine(this.#index++, this.#tick(), process, "ok", operation, reply);
  }

  /** Spread evenly over the run. */
  #timesOut(): boolean {
    const { operations, timeouts = 0 } = this.#options;
    if (this.#timeouts >= Math.floor((this.#completed * timeouts) / operations)) return false;
    this.#timeouts++;
    return true;
  }

  /** A read without an answer certainly did nothing; a write ends its process, and another takes the client's place. */
  #timeOut(client: number, process: number, operation: Invocation): string {
    const error = { code: "timeout", message: "no reply within 1 s" };
    const type = operation.f === "read" ? "fail" : "info";
    if (type === "info") this.#processes[client] = process + this.#options.clients;
    return completionLine(this.#index++, this.#tick(), process, type, operation, {}, error);
  }

  #shown(seen: number | null): number | null {
    const { operations, clients, stale = false } = this.#options;
    if (!stale || this.#hasStale || this.#completed < operations * NEAR_THE_END) return seen;
    const old = this.#written.at(-LONG_AGO_PER_CLIENT * clients);
    this.#hasStale = old !== undefined;
    return old ?? seen;
  }

  #tick(): number {
    this.#time += this.#random.int(STEP * 2);
    return this.#time;
  }
}
