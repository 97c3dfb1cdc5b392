import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import type { Invocation, ObjectSpec } from "#core/operation";
import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import type { Expectation } from "#core/verdict";
import type { Workload, WorkloadRun } from "#core/workload";
import { answerOf, type Visit, visits } from "../harness/generators/visits.ts";
import { GuardedResources } from "./application/guarded-resource.ts";

const optionsSchema = z.object({
  locks: z.int().min(1).default(3).describe("locks that clients compete for at the same time"),
  holdsPerLock: z.int().min(1).default(50).describe("holds of one lock before another takes its place"),
  hold: z.int().min(0).default(20).describe("milliseconds that a holder works before it writes, at most"),
  stallRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.02)
    .describe("share of holders that stall before they write, as a paused process does that notices nothing"),
  stall: z.int().min(0).default(3_000).describe("milliseconds that a stalled holder does nothing"),
  fencing: z
    .enum(["off", "on"])
    .default("off")
    .describe("on = the resource refuses a write whose token is smaller than one that it has accepted"),
});
type Options = z.infer<typeof optionsSchema>;

const LOCKS = "lock-*";
const RESOURCES = "resource-*";
const spec = (keys: string): ObjectSpec => ({
  keys,
  type: "lock",
  initial: null,
  order: "unknown",
  uniqueWrites: false,
  siblings: false,
});

/**
 * Clients acquire a lock, work, write to the resource that it guards, with the token that the lock gave them, and release it. Two who
 * hold one lock at once are no `linearizable` lock. A resource that accepts a token after a greater one has taken a write of somebody
 * whose hold was over: no `linearizable` resource. Locks that go with a lease break both as soon as a holder is slower than
 * that; with fencing the resource stays whole, whoever believes what. Sources: Kleppmann, How to do distributed locking (2016);
 * Kingsbury, Jepsen: etcd 3.4.3 (2020).
 */
export const lock: Workload<Options> = {
  name: "lock",
  summary:
    "locks that guard a resource, with and without fencing tokens: two holders at once, writes of late holders",
  options: optionsSchema,
  objects: [spec(LOCKS), spec(RESOURCES)],
  models: ["linearizable"],
  application: ({ fencing }) => new GuardedResources({ fencing: fencing === "on" }),
  expectations: ({ fencing }, claims) =>
    claims.flatMap((claim): Expectation[] => [
      { ...claim, objects: LOCKS },
      fencing === "on"
        ? { model: claim.model, is: "holds", objects: RESOURCES }
        : { ...claim, objects: RESOURCES },
    ]),
  create: ({ options }) => new Locks(options),
};

/** A lock that nobody got for so long is stuck: whoever has it will never release it. */
const STUCK: Nanoseconds = 5 * SECOND;
/** How long a client that was refused waits, at most, before it asks again. */
const TRY_AGAIN_MS = 40;
/** A release that certainly did not happen is tried again so often. */
const RELEASES = 5;

interface Slot {
  name: number;
  holds: number;
  /** When it was last acquired, or put in its place. */
  since: Nanoseconds;
}

class Locks implements WorkloadRun {
  readonly generator = visits((context) => this.#visit(context));
  readonly #options: Options;
  readonly #slots: readonly Slot[];
  #names: number;
  #writes = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#slots = Array.from({ length: options.locks }, (_, i) => ({ name: i + 1, holds: 0, since: 0 }));
    this.#names = options.locks;
  }

  /** A lock holds no data. */
  finalReads(): readonly Invocation[] {
    return [];
  }

  *#visit(context: GeneratorContext): Visit {
    const { random } = context;
    const slot = this.#pick(context);
    const { name } = slot;
    const reply = answerOf(yield { f: "acquire", key: `lock-${name}`, value: null, object: "lock" });
    if (reply === undefined || reply.result === false) {
      yield { wait: random.between(1, TRY_AGAIN_MS) * MILLISECOND };
      return;
    }
    if (slot.name === name) {
      slot.holds++;
      slot.since = context.now;
    }
    yield { wait: random.between(0, this.#options.hold) * MILLISECOND };
    if (random.chance(this.#options.stallRatio)) yield { wait: this.#options.stall * MILLISECOND };
    if (typeof reply.value === "number") yield this.#write(name, reply.value);
    for (let attempt = 0; attempt < RELEASES; attempt++) {
      const done = yield { f: "release", key: `lock-${name}`, value: null, object: "lock" };
      if (done?.outcome === "ok") return;
    }
  }

  #write(name: number, token: number): Invocation {
    const value = { token, v: ++this.#writes };
    return { f: "guarded-write", key: `resource-${name}`, value, object: "lock" };
  }

  #pick({ now, random }: GeneratorContext): Slot {
    const slot = random.pick(this.#slots);
    if (slot.holds >= this.#options.holdsPerLock || now - slot.since > STUCK)
      Object.assign(slot, { name: ++this.#names, holds: 0, since: now });
    return slot;
  }
}
