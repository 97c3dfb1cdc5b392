import type { Json } from "#core/json";
import type { Stamp } from "../datatypes/datatype.ts";
import type { Versioning } from "./versioning.ts";

/** A time, then the node and its count of updates to break ties: a total order. */
export type TimeVersion = { readonly t: number; readonly node: string; readonly counter: number };

/** What versions by some clock have in common: any two are ordered, and the newest is all one needs to have seen. */
export const timeVersioning = (
  timeOf: (stamp: Stamp, seen: readonly TimeVersion[]) => number,
): Versioning<TimeVersion> => ({
  next: (stamp, seen) => ({ t: timeOf(stamp, [...seenIn(seen), ...seenIn(stamp.context)]), ...stamp.dot }),
  compare: (a, b) => {
    const order = compareTimes(a, b);
    return order === 0 ? "equal" : order < 0 ? "before" : "after";
  },
  rank: compareTimes,
  contextOf: latestOf,
  contextAfter: (version, context) => latestOf([version, ...seenIn(context)]),
  mergeContexts: (a, b) => latestOf([...seenIn(a), ...seenIn(b)]),
  ordinal,
});

const seenIn = (context: Json | undefined): TimeVersion[] =>
  context === undefined || context === null ? [] : [context as TimeVersion];

const latestOf = (versions: readonly TimeVersion[]): Json => versions.toSorted(compareTimes).at(-1) ?? null;

export function compareTimes(a: TimeVersion, b: TimeVersion): number {
  if (a.t !== b.t) return a.t - b.t;
  return a.node === b.node ? a.counter - b.counter : a.node < b.node ? -1 : 1;
}

/** Names of nodes are digits in base 256 of an integer of this many. */
const NAME_BYTES = 8;

/** Longer names of nodes, and others than ASCII, fit in no integer of a fixed size. */
function ordinal({ t, node, counter }: TimeVersion): string | undefined {
  const isPlain = /^[\x20-\x7e]+$/.test(node) && node.length <= NAME_BYTES;
  if (!isPlain || !Number.isInteger(t)) return undefined;
  let digits = BigInt(t);
  for (let i = 0; i < NAME_BYTES; i++)
    digits = (digits << 8n) + BigInt(i < node.length ? node.charCodeAt(i) : 0);
  return String((digits << 53n) + BigInt(counter));
}
