import type { Json } from "#core/json";
import type { Stamp } from "../datatypes/datatype.ts";
import {
  type CausalPast,
  hasSeen,
  mergePasts,
  NOTHING_SEEN,
  withUpdate,
  withUpdatesUpTo,
} from "./causal-past.ts";
import type { Order, Versioning } from "./versioning.ts";

/**
 * A dotted version vector (Preguiça et al. 2010): the update's own dot, and what it saw. A vector alone would let the second of
 * two concurrent updates through one node look newer than the first. `t` and `tick` are a hybrid logical clock (Kulkarni et
 * al. 2014), which orders concurrent versions where one must win.
 */
export type DottedVersion = {
  readonly node: string;
  readonly counter: number;
  readonly seen: CausalPast;
  readonly t: number;
  readonly tick: number;
};

type Clock = { readonly t: number; readonly tick: number };
type Context = Clock & { readonly seen: CausalPast };

const NOTHING: Context = { seen: NOTHING_SEEN, t: 0, tick: 0 };

export const vector: Versioning<DottedVersion> = {
  next: (stamp, seen) => ({
    ...stamp.dot,
    seen: contextIn(seen).seen,
    ...clockAfter(stamp, later(contextIn(seen), contextIn(stamp.context))),
  }),
  compare: compareDotted,
  rank: compareRanks,
  contextOf: (versions) =>
    versions
      .map(({ seen, t, tick, ...dot }) => ({ seen: withUpdatesUpTo(seen, dot), t, tick }))
      .reduce(mergeTwo, NOTHING),
  contextAfter: ({ t, tick, ...dot }, context) => {
    const before = contextIn(context);
    return mergeTwo(before, { seen: withUpdate(before.seen, dot), t, tick });
  },
  mergeContexts: (a, b) => mergeTwo(contextIn(a), contextIn(b)),
};

export function compareDotted(a: DottedVersion, b: DottedVersion): Order {
  if (a.node === b.node && a.counter === b.counter) return "equal";
  if (hasSeen(b.seen, a)) return "before";
  return hasSeen(a.seen, b) ? "after" : "concurrent";
}

function compareRanks(a: DottedVersion, b: DottedVersion): number {
  if (a.t !== b.t) return a.t - b.t;
  if (a.tick !== b.tick) return a.tick - b.tick;
  return a.node === b.node ? a.counter - b.counter : a.node < b.node ? -1 : 1;
}

const contextIn = (context: Json | undefined): Context =>
  context === undefined || context === null ? NOTHING : (context as Context);

const later = (a: Clock, b: Clock): Clock => (a.t > b.t || (a.t === b.t && a.tick >= b.tick) ? a : b);

function mergeTwo(a: Context, b: Context): Context {
  const { t, tick } = later(a, b);
  return { seen: mergePasts(a.seen, b.seen), t, tick };
}

/** The wall clock, unless something later was seen. */
const clockAfter = ({ wall }: Stamp, seen: Clock): Clock =>
  wall > seen.t ? { t: wall, tick: 0 } : { t: seen.t, tick: seen.tick + 1 };
