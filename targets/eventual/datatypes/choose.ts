import { HarnessError } from "#core/errors";
import type { ObjectSpec, ObjectType } from "#core/operation";
import type { ConflictRule } from "../conflicts/conflict-rule.ts";
import { firstWriteWins } from "../conflicts/first-write-wins.ts";
import { lastWriteWins } from "../conflicts/last-write-wins.ts";
import { siblings } from "../conflicts/siblings.ts";
import { union } from "../conflicts/union.ts";
import type { CONFLICTS, COUNTERS, SETS, Settings, TEXTS, VERSIONINGS } from "../options.ts";
import { lamport } from "../versioning/lamport.ts";
import { vector } from "../versioning/vector.ts";
import type { Versioning } from "../versioning/versioning.ts";
import { wallClock } from "../versioning/wall-clock.ts";
import { twoPhaseSet } from "./2p-set.ts";
import type { Datatype, PlainType } from "./datatype.ts";
import type { Datatypes } from "./datatypes.ts";
import { gCounter } from "./g-counter.ts";
import { gSet } from "./g-set.ts";
import { orSet } from "./or-set.ts";
import { ot, UNORDERED } from "./ot.ts";
import { counter } from "./plain/counter.ts";
import { list } from "./plain/list.ts";
import { map } from "./plain/map.ts";
import { queue } from "./plain/queue.ts";
import { register } from "./plain/register.ts";
import { set } from "./plain/set.ts";
import { stack } from "./plain/stack.ts";
import { text } from "./plain/text.ts";
import { pnCounter } from "./pn-counter.ts";
import { rga } from "./rga.ts";
import { sequential } from "./sequential.ts";
import { versioned } from "./versioned.ts";

const PLAIN = { register, list, set, counter, queue, stack, text, map } as const satisfies Partial<
  Record<ObjectType, unknown>
>;
type Held = keyof typeof PLAIN;

export const versionings = { "wall-clock": wallClock, lamport, vector } as const satisfies Record<
  (typeof VERSIONINGS)[number],
  unknown
>;

export const conflictRules: Readonly<Record<(typeof CONFLICTS)[number], ConflictRule>> = {
  "last-write-wins": lastWriteWins,
  "first-write-wins": firstWriteWins,
  siblings,
  union,
};

/** Undefined: a value with a version. */
const SET_TYPES: Readonly<Record<(typeof SETS)[number], Datatype | undefined>> = {
  value: undefined,
  "g-set": gSet as Datatype,
  "2p-set": twoPhaseSet as Datatype,
  "or-set": orSet as Datatype,
};
const COUNTER_TYPES: Readonly<Record<(typeof COUNTERS)[number], Datatype | undefined>> = {
  value: undefined,
  "g-counter": gCounter as Datatype,
  "pn-counter": pnCounter as Datatype,
};
const TEXT_TYPES: Readonly<Record<Exclude<(typeof TEXTS)[number], "ot">, Datatype | undefined>> = {
  value: undefined,
  rga: rga as Datatype,
};

/** Whether one node orders all updates. */
export const hasLeader = ({ replication }: Pick<Settings, "replication">): boolean =>
  replication === "async-leader" || replication === "semi-sync" || replication === "sync-leader";

const each = (hold: (plain: PlainType) => Datatype): Record<Held, Datatype> =>
  Object.fromEntries(
    Object.entries(PLAIN).map(([type, plain]) => [type, hold(plain as PlainType)]),
  ) as Record<Held, Datatype>;

/**
 * What holds each type of object. Where a leader orders all updates, one after the other applies and there is nothing to merge,
 * whatever sets and counters were to be.
 * @throws HarnessError `usage` where operational transformation would have no leader
 */
export function chooseDatatypes(settings: Settings): Datatypes {
  if (hasLeader(settings)) {
    const held = each(sequential);
    return settings.texts === "ot" ? { ...held, text: ot as Datatype } : held;
  }
  if (settings.texts === "ot") {
    throw new HarnessError("usage", UNORDERED, {
      hint: "choose texts rga, or a replication with a leader: async-leader, semi-sync or sync-leader",
    });
  }
  const versioning: Versioning = versionings[settings.versioning];
  const conflicts = conflictRules[settings.conflicts];
  const held = each((plain) => versioned({ plain, versioning, conflicts }) as Datatype);
  return {
    ...held,
    set: SET_TYPES[settings.sets] ?? held.set,
    counter: COUNTER_TYPES[settings.counters] ?? held.counter,
    text: TEXT_TYPES[settings.texts] ?? held.text,
  };
}

/** What a history may claim of objects of a type, beside what its workload says. */
export type ObjectClaims = Readonly<
  Partial<
    Record<ObjectType, Partial<Pick<ObjectSpec, "crdt" | "visibility" | "siblings" | "supersedes" | "order">>>
  >
>;

/** What histories of these objects may claim: which are replicated data types that merge by themselves, and which have siblings. */
export function objectsOf(settings: Settings): ObjectClaims {
  if (hasLeader(settings)) return {};
  const visibility = visibilityOf(settings);
  const { sets, counters, texts } = settings;
  return {
    register: registerClaims(settings),
    ...(sets !== "value" && { set: { crdt: sets, visibility } }),
    ...(counters !== "value" && { counter: { crdt: counters, visibility } }),
    ...(texts === "rga" && { text: { crdt: texts, visibility } }),
  };
}

/** Versions by a clock order all values, and tell the order; dotted versions are told to nobody. */
function registerClaims(settings: Settings): NonNullable<ObjectClaims["register"]> {
  const { versioning, conflicts } = settings;
  if (versioning !== "vector") return { crdt: "lww", visibility: "eventual", order: "version" };
  if (conflicts === "last-write-wins") return { crdt: "lww", visibility: visibilityOf(settings) };
  if (conflicts === "first-write-wins") return {};
  // What a union shows hides which of its parts a session has seen.
  return conflicts === "union" ? { siblings: true } : { siblings: true, supersedes: "seen" };
}

/**
 * Whole states are sent, and each holds with an update all that this one had seen. A session sees what it saw before if it
 * keeps to one node, and takes what it saw along when it must leave it.
 */
function visibilityOf({ replication, reads, stampedReads, cacheTtl }: Settings): "causal" | "eventual" {
  const isCausal = replication === "multi-leader" && reads === "home" && stampedReads && cacheTtl === 0;
  return isCausal ? "causal" : "eventual";
}
