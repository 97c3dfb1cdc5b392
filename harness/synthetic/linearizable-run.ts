import { HISTORY_FORMAT } from "#core/operation";
import { Random } from "#core/random";
import type { Answer, Ask, AtomicKind, AtomicObject } from "./atomic-object.ts";
import type { RecordedEvent, Recording } from "./recording.ts";

export interface RunShape {
  readonly kind: AtomicKind;
  readonly operations: number;
  readonly clients: number;
  /** Operations that are never more than this many under way; two thirds of the clients if it is no limit. */
  readonly inFlight: number;
  readonly keys: number;
  /** Share of the operations that change something whose outcome nobody learns. */
  readonly indefinite: number;
  readonly seed: string;
}

/** Mean nanoseconds between two events. */
const STEP = 2_000;
/** Chance, with each event, that an operation takes effect of which nobody learned the outcome. */
const LATE_EFFECT = 0.01;
const NODES = ["n1", "n2", "n3"];

/**
 * A linearizable history of atomic objects: every operation takes effect at some instant between its invocation and its
 * completion, an indefinite one also later or never. The same shape gives the same history.
 */
export function linearizableRun(shape: RunShape): Recording {
  const run = new Run(shape);
  run.operate();
  if (shape.kind.type === "queue") run.emptyQueues();
  return {
    header: {
      riftcheck: HISTORY_FORMAT,
      objects: [
        {
          keys: "*",
          type: shape.kind.type,
          initial: shape.kind.initial,
          order: "unknown",
          uniqueWrites: shape.kind.uniqueWrites,
          siblings: false,
        },
      ],
      concurrency: shape.clients,
      nodes: NODES,
    },
    events: run.events,
  };
}

/** An operation under way. */
interface Call {
  readonly process: number;
  readonly key: string;
  readonly ask: Ask;
  readonly isIndefinite: boolean;
  answer: Answer | undefined;
}

class Run {
  readonly events: RecordedEvent[] = [];
  readonly #shape: RunShape;
  readonly #random: Random;
  readonly #objects: ReadonlyMap<string, AtomicObject>;
  readonly #keys: readonly string[];
  /** By client: its process, and what it waits for. */
  readonly #process: number[];
  readonly #calls: (Call | undefined)[];
  /** Operations given up that have yet to take effect. */
  readonly #late: Call[] = [];
  #open = 0;
  #time = 0;

  constructor(shape: RunShape) {
    this.#shape = shape;
    this.#random = new Random(shape.seed).fork("linearizable run");
    this.#keys = Array.from({ length: shape.keys }, (_, i) => `${shape.kind.type}-${i}`);
    this.#objects = new Map(this.#keys.map((key) => [key, shape.kind.create()]));
    this.#process = Array.from({ length: shape.clients }, (_, client) => client);
    this.#calls = this.#process.map(() => undefined);
  }

  operate(): void {
    const { operations, clients, inFlight } = this.#shape;
    for (let left = operations; left > 0; ) {
      const client = this.#random.int(clients);
      if (this.#calls[client] !== undefined) this.#advance(client);
      else if (this.#open < inFlight || this.#held(client) !== undefined) {
        this.#invoke(client);
        left--;
      }
      if (this.#late.length > 0 && this.#random.chance(LATE_EFFECT)) this.#takeLateEffect();
    }
    // What still waits after two rounds, for a lock that nobody will release, stays unfinished.
    for (let round = 0; round < 2; round++) this.#process.forEach((_, client) => this.#advance(client));
  }

  /** The last client takes out what is left, until it finds nothing. */
  emptyQueues(): void {
    while (this.#late.length > 0) this.#takeLateEffect();
    const process = Math.max(...this.#process) + this.#shape.clients;
    for (const key of this.#keys) {
      const ask: Ask = { f: "dequeue", value: null };
      for (;;) {
        this.#append({ process, type: "invoke", f: ask.f, key, value: null });
        const { value = null } = this.#objects.get(key)!.perform(process, ask)!;
        this.#append({ process, type: "ok", f: ask.f, key, value });
        if (value === null) break;
      }
    }
  }

  #invoke(client: number): void {
    const process = this.#process[client]!;
    const key = this.#held(client) ?? this.#random.pick(this.#keys);
    const ask = this.#objects.get(key)!.ask(process, this.#random);
    const isIndefinite = ask.fate !== undefined && this.#random.chance(this.#shape.indefinite);
    this.#calls[client] = { process, key, ask, isIndefinite, answer: undefined };
    this.#open++;
    this.#append({ process, type: "invoke", f: ask.f, key, value: ask.value });
  }

  #held(client: number): string | undefined {
    const process = this.#process[client]!;
    return this.#keys.find((key) => this.#objects.get(key)!.isHeldBy?.(process));
  }

  /** The next step of an operation under way: it takes effect, then it completes. */
  #advance(client: number): void {
    const call = this.#calls[client];
    if (call === undefined) return;
    if (call.isIndefinite) this.#giveUp(client, call);
    else if (call.answer === undefined) call.answer = this.#perform(call);
    else this.#complete(client, call, call.answer);
  }

  #perform({ process, key, ask }: Call): Answer | undefined {
    return this.#objects.get(key)!.perform(process, ask);
  }

  #complete(client: number, { process, key, ask }: Call, { value, result }: Answer): void {
    this.#free(client);
    this.#append({
      process,
      type: "ok",
      f: ask.f,
      key,
      value: ask.f === "read" || value !== undefined ? (value ?? null) : ask.value,
      ...(result === undefined ? {} : { result }),
    });
  }

  /** The process ends; its operation takes effect now, later or never. */
  #giveUp(client: number, call: Call): void {
    const { process, key, ask } = call;
    const happens = ask.fate === "happens" || (ask.fate === "either" && this.#random.chance(0.5));
    if (happens && this.#random.chance(0.5)) this.#perform(call);
    else if (happens) this.#late.push(call);
    this.#free(client);
    this.#process[client] = process + this.#shape.clients;
    const error = { code: "timeout", message: "" };
    this.#append({ process, type: "info", f: ask.f, key, value: ask.value, error });
  }

  #takeLateEffect(): void {
    const [call] = this.#late.splice(this.#random.int(this.#late.length), 1);
    this.#perform(call!);
  }

  #free(client: number): void {
    this.#calls[client] = undefined;
    this.#open--;
  }

  #append(event: Omit<RecordedEvent, "index" | "time">): void {
    this.#time += this.#random.int(STEP * 2);
    this.events.push({ index: this.events.length, time: this.#time, ...event });
  }
}
