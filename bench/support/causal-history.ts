import type { History } from "#core/history";
import { HistoryBuilder } from "#core/history-builder";
import { FUNCTIONS, type OperationFunction } from "#core/functions";
import { headerSchema } from "#core/operation";
import { EVENT, RawEvent } from "#core/raw-event";
import { Random } from "#core/random";

export const KINDS = ["causal", "violated", "concurrent"] as const;
export type Kind = (typeof KINDS)[number];

const SESSIONS = 50;
const KEYS = 1_000;
/** How often a session fetches what another has seen, before an operation. */
const SYNC_SHARE: Readonly<Record<Kind, number>> = { causal: 0.3, violated: 0.3, concurrent: 0.02 };

/**
 * A run on a causally consistent store that converges: each session has a replica of its own, which fetches at random all
 * that another one has; the later timestamp wins. `causal`: not sequential, because sessions miss each other's writes;
 * `violated`: with one effect seen without its cause at the end; `concurrent`: replicas fetch seldom, so that many writes
 * of a key are concurrent. Keys are chosen by Zipf's law.
 */
export function causalHistory(kind: Kind, operations: number): History {
  const recorder = new Recorder(operations);
  const random = new Random(`causal ${kind}`);
  const replicas = Array.from({ length: SESSIONS }, (_, session) => new Replica(session));
  // Two sessions that write and miss each other's write: no sequential order explains that.
  const [first, second] = replicas as [Replica, Replica];
  for (const [replica, own, other] of [
    [first, "left", "right"],
    [second, "right", "left"],
  ] as const) {
    recorder.write(replica, own);
    recorder.read(replica, other);
  }
  for (let left = operations - (kind === "violated" ? 9 : 4); left > 0; left--) {
    const replica = replicas[random.int(SESSIONS)]!;
    if (random.chance(SYNC_SHARE[kind])) replica.fetch(replicas[random.int(SESSIONS)]!, replicas);
    const key = `k${Math.floor((KEYS + 1) ** random.float()) - 1}`;
    if (random.chance(0.5)) recorder.write(replica, key);
    else recorder.read(replica, key);
  }
  if (kind === "violated") {
    const old = recorder.write(first, "cause");
    recorder.write(first, "cause");
    const effect = recorder.write(first, "effect");
    recorder.record(second, "read", "effect", effect);
    recorder.record(second, "read", "cause", old);
  }
  return recorder.builder.build();
}

interface Written {
  readonly key: string;
  readonly value: number;
  readonly time: number;
  readonly session: number;
}

class Replica {
  readonly session: number;
  readonly log: Written[] = [];
  readonly #seen = new Int32Array(SESSIONS);
  readonly #state = new Map<string, Written>();
  #time = 0;

  constructor(session: number) {
    this.session = session;
  }

  write(key: string, value: number): void {
    const written = { key, value, time: ++this.#time, session: this.session };
    this.log.push(written);
    this.#seen[this.session] = this.log.length;
    this.#state.set(key, written);
  }

  read(key: string): number | null {
    return this.#state.get(key)?.value ?? null;
  }

  /** Applies all that another replica has seen. */
  fetch(other: Replica, all: readonly Replica[]): void {
    for (let session = 0; session < SESSIONS; session++) {
      for (let i = this.#seen[session]!; i < other.#seen[session]!; i++) this.#apply(all[session]!.log[i]!);
      this.#seen[session] = Math.max(this.#seen[session]!, other.#seen[session]!);
    }
  }

  #apply(written: Written): void {
    this.#time = Math.max(this.#time, written.time);
    const current = this.#state.get(written.key);
    const isNewer =
      current === undefined ||
      written.time > current.time ||
      (written.time === current.time && written.session > current.session);
    if (isNewer) this.#state.set(written.key, written);
  }
}

class Recorder {
  readonly builder: HistoryBuilder;
  readonly #raw = new RawEvent();
  #index = 0;
  #value = 0;

  constructor(capacity: number) {
    const objects = [{ keys: "*", type: "register", order: "unknown", uniqueWrites: true }];
    this.builder = new HistoryBuilder({
      source: "bench",
      header: headerSchema.parse({ riftcheck: 1, objects }),
      capacity,
    });
  }

  write(replica: Replica, key: string): number {
    const value = ++this.#value;
    replica.write(key, value);
    this.record(replica, "write", key, value);
    return value;
  }

  read(replica: Replica, key: string): void {
    this.record(replica, "read", key, replica.read(key));
  }

  record({ session }: Replica, f: OperationFunction, key: string, value: number | null): void {
    for (const type of [EVENT.invoke, EVENT.ok]) {
      const raw = this.#raw;
      raw.clear();
      raw.type = type;
      raw.f = FUNCTIONS.indexOf(f);
      raw.key = this.builder.internKey(key);
      raw.process = session;
      raw.index = this.#index;
      raw.time = this.#index++;
      if (f === "write" || type === EVENT.ok) raw.value.setJson(value);
      this.builder.add(raw);
    }
  }
}
