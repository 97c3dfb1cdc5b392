import type { History } from "#core/history";
import type { NearbyFault } from "#core/triage";
import type { Nanoseconds } from "#core/units";
import { faultEvents } from "../../../checkers/fault-events.ts";
import { once } from "../../../checkers/once.ts";

export interface FaultSpan {
  readonly id: number;
  readonly fault: string;
  readonly nodes: readonly string[];
  readonly from: Nanoseconds;
  /** Infinity: its end was not recorded. */
  readonly to: Nanoseconds;
}

/** From when each fault began to be put in force until it was healed, in order of their beginnings. */
export const faultSpans: (history: History) => readonly FaultSpan[] = once((history) =>
  [...Map.groupBy(faultEvents(history), ({ id }) => id)]
    .map(([id, events]) => ({
      id,
      fault: events[0]!.fault,
      nodes: [...new Set(events.findLast(({ nodes }) => nodes.length > 0)?.nodes ?? [])],
      from: events[0]!.time,
      to: events.find(({ phase }) => phase === "healed")?.time ?? Number.POSITIVE_INFINITY,
    }))
    .toSorted((a, b) => a.from - b.from),
);

/** Faults that keep nodes apart or still: nothing can converge meanwhile. A wrong clock keeps nobody from answering. */
export const stopsConvergence = ({ fault }: Pick<FaultSpan, "fault">): boolean => !fault.startsWith("clock-");

/** Of a stretch of time, how much lies outside of every fault that stops convergence. */
export function freeTime(spans: readonly FaultSpan[], from: Nanoseconds, to: Nanoseconds): Nanoseconds {
  let free = 0;
  let at = from;
  for (const span of spans.filter(stopsConvergence)) {
    if (span.to <= at) continue;
    if (span.from >= to) break;
    free += Math.max(0, span.from - at);
    at = span.to;
  }
  return free + Math.max(0, to - at);
}

/** A stretch of time in which something went wrong. */
export interface Window {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
}

/**
 * The faults that something is due to, as far as times tell: those in force in the window; else the one healed last before it, if
 * that was not long ago; else, for what can be destroyed later (`destroyable`), the first to come.
 */
export function nearbyFaults(
  spans: readonly FaultSpan[],
  { from, to }: Window,
  { aftermath, destroyable }: { readonly aftermath: Nanoseconds; readonly destroyable: boolean },
): NearbyFault[] {
  const during = spans.filter((span) => span.from <= to && span.to >= from);
  if (during.length > 0) return during.map((span) => nearby(span, "during"));
  const before = spans
    .filter((span) => span.to < from && from - span.to <= aftermath)
    .toSorted((a, b) => b.to - a.to)[0];
  if (before !== undefined) return [nearby(before, "after")];
  const next = spans.find((span) => span.from > to);
  return destroyable && next !== undefined ? [nearby(next, "before")] : [];
}

const nearby = ({ id, fault, nodes }: FaultSpan, when: NearbyFault["when"]): NearbyFault => ({
  id,
  fault,
  nodes: [...nodes],
  when,
});
