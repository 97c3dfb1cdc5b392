import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Action } from "../../protocol.ts";
import type { Datatype, Stamp } from "../datatype.ts";

/** One step of some replicas: a client's update, a client's read, a replica's state sent to another. */
export type Step =
  | { readonly kind: "update"; readonly replica: number; readonly client: number; readonly action: Action }
  | { readonly kind: "read"; readonly replica: number; readonly client: number }
  | { readonly kind: "send"; readonly from: number; readonly to: number };

/** An update that was taken. */
export interface Taken {
  readonly before: Json | undefined;
  readonly after: Json;
  readonly action: Action;
}

/** Replicas of one object, as nodes would keep them. Whatever leaves a data type is frozen. */
export class Replicas {
  readonly taken: Taken[] = [];
  /** Every state that ever was, in order. */
  readonly states: Json[] = [];
  readonly contexts: Json[] = [];
  readonly #datatype: Datatype;
  readonly #now: (Json | undefined)[];
  readonly #clocks: { counter: number; lamport: number; skew: number }[];
  readonly #clients = new Map<number, Json>();
  #step = 0;

  /** @param skews of the wall clocks, one for each replica */
  constructor(datatype: Datatype, skews: readonly number[]) {
    this.#datatype = datatype;
    this.#now = skews.map(() => undefined);
    this.#clocks = skews.map((skew) => ({ counter: 0, lamport: 0, skew }));
  }

  stateOf(replica: number): Json | undefined {
    return this.#now[replica];
  }

  readOf(replica: number): Json {
    return this.#datatype.read(this.#now[replica]);
  }

  run(steps: readonly Step[]): this {
    for (const step of steps) {
      this.#step++;
      if (step.kind === "update") this.update(step.replica, step.action, step.client);
      else if (step.kind === "read") this.#see(step.client, step.replica);
      else this.send(step.from, step.to);
    }
    return this;
  }

  /** @returns undefined if the type refused */
  update(replica: number, action: Action, client?: number): Taken | undefined {
    const clock = this.#clocks[replica]!;
    const context = client === undefined ? undefined : this.#clients.get(client);
    const stamp: Stamp = {
      dot: { node: `n${replica + 1}`, counter: ++clock.counter },
      wall: 1000 + this.#step * 10 + clock.skew,
      lamport: clock.lamport + 1,
      ...(context !== undefined && { context }),
    };
    const before = this.#now[replica];
    try {
      const updated = deepFreeze(this.#datatype.update(before, deepFreeze(action), stamp));
      const after = updated.state;
      const taken = { before, after, action };
      this.taken.push(taken);
      this.#put(replica, after);
      if (client !== undefined) this.#see(client, replica, updated.context);
      return taken;
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      return undefined;
    }
  }

  send(from: number, to: number): void {
    const sent = this.#now[from];
    if (sent === undefined) return;
    const own = this.#now[to];
    this.#put(to, own === undefined ? sent : deepFreeze(this.#datatype.merge(own, sent)));
  }

  /** Everybody to everybody, twice. */
  settle(): this {
    for (let round = 0; round < 2; round++)
      for (const from of this.#now.keys()) for (const to of this.#now.keys()) this.send(from, to);
    return this;
  }

  /** @param told what it saw, if the replica said so; else the replica's state */
  #see(client: number, replica: number, told?: Json): void {
    const { context, mergeContexts } = this.#datatype;
    if (context === undefined || mergeContexts === undefined) return;
    const seen = told ?? context.call(this.#datatype, this.#now[replica]);
    const known = this.#clients.get(client);
    const merged = known === undefined ? seen : mergeContexts.call(this.#datatype, known, seen);
    this.#clients.set(client, deepFreeze(merged));
    this.contexts.push(merged);
  }

  #put(replica: number, state: Json): void {
    this.#now[replica] = state;
    this.states.push(state);
    const clock = this.#clocks[replica]!;
    clock.lamport = Math.max(clock.lamport, this.#datatype.lamport?.(state) ?? 0);
  }
}

/** So that a change in place throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const field of Object.values(value)) deepFreeze(field);
  return Object.freeze(value);
}
