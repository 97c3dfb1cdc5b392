import { ABSENT, type History } from "#core/history";
import { failedToWrite, readBy } from "../registers/access.ts";
import { versionOrders } from "../registers/version-order.ts";
import type { Link, LinkGraph } from "./link-graph.ts";
import {
  failedReason,
  initialReason,
  overwrittenReason,
  readReason,
  sessionReason,
  shadowedReason,
  timeReason,
  versionReason,
} from "./reasons.ts";
import { type Deed, endedBefore, INITIAL, isSessionStep } from "./witness-rows.ts";

type Place = number;

/** Real time: what had ended before something else began. Within a session it is called session order. */
export function addTime(graph: LinkGraph, history: History, deeds: readonly Deed[]): void {
  forPairs(deeds, (one, other, from, to) => {
    if (!endedBefore(history, one, other)) return;
    const ofSession = isSessionStep(history, one, other);
    const reason = ofSession ? sessionReason(history, one) : timeReason(history, one, other);
    graph.add({ from, to, kind: ofSession ? "session" : "real-time", reason, because: [] });
  });
}

export function addSessions(graph: LinkGraph, history: History, deeds: readonly Deed[]): void {
  forPairs(deeds, (one, other, from, to) => {
    if (!isSessionStep(history, one, other)) return;
    graph.add({ from, to, kind: "session", reason: sessionReason(history, one), because: [] });
  });
}

/** Each read that counts comes after the write of what it read. */
export function addReads(
  graph: LinkGraph,
  history: History,
  deeds: readonly Deed[],
  counts: (reader: Place) => boolean = () => true,
): void {
  deeds.forEach((reader, to) => {
    const from = reader.source;
    if (from < 0 || !reader.happened || !counts(to)) return;
    graph.add({
      from,
      to,
      kind: "reads-from",
      reason: readReason(history, deeds[from]!, reader),
      because: [],
    });
  });
}

/** A read of what certainly was not written: no order has it, so that it is told and nothing follows from it. */
export function failedReads(history: History, deeds: readonly Deed[]): Link[] {
  return deeds.flatMap((writer, from) => {
    const failed = failedToWrite(history, writer.row);
    if (failed === ABSENT) return [];
    const to = deeds.findIndex(({ row }) => readBy(history, row) === failed);
    if (to < 0) return [];
    return [{ from, to, kind: "reads-from", reason: failedReason(history, writer, deeds[to]!), because: [] }];
  });
}

/** `total`: only orders that values or versions tell, which hold whatever the model says of time. */
export function addVersions(
  graph: LinkGraph,
  history: History,
  deeds: readonly Deed[],
  total: boolean,
): void {
  const { upper, lower, problems } = versionOrders(history);
  forPairs(deeds, (one, other, from, to) => {
    if (one.key !== other.key || one.written < 0 || other.written < 0 || problems.has(one.key)) return;
    const { order } = history.objectOf(one.key);
    if (total && order !== "value" && order !== "version") return;
    if (!(upper[one.written]! < lower[other.written]!)) return;
    graph.add({ from, to, kind: "version", reason: versionReason(history, one, other), because: [] });
  });
}

/** What may be concluded from a read, and from what. */
export interface Conclusions {
  /** A write before a read comes before the write that was read. */
  readonly shadowed: boolean;
  /** A write after the write that was read comes after the read. */
  readonly overwritten: boolean;
  /** Reads that bind everybody, or the one whose view is looked at. */
  readonly binds: (reader: Place) => boolean;
  /** Links that a conclusion may follow from. */
  readonly from: (link: Link, reader: Place) => boolean;
}

/** @returns whether something was new */
export function conclude(
  graph: LinkGraph,
  history: History,
  deeds: readonly Deed[],
  conclusions: Conclusions,
): boolean {
  const found: Link[] = [];
  deeds.forEach((reader, at) => {
    if (reader.source < INITIAL || !reader.happened || !conclusions.binds(at)) return;
    const used = (link: Link): boolean => conclusions.from(link, at);
    const source = graph.links.find(
      ({ from, to, kind }) => from === reader.source && to === at && kind === "reads-from",
    );
    if (reader.source >= 0 && source === undefined) return;
    deeds.forEach((write, place) => {
      if (write.key !== reader.key || write.written === ABSENT || place === reader.source || place === at)
        return;
      const link = conclusionOf(graph, history, deeds, { at, place, used, source, ...conclusions });
      if (link !== undefined) found.push(link);
    });
  });
  return found.map((link) => graph.add(link)).includes(true);
}

function conclusionOf(
  graph: LinkGraph,
  history: History,
  deeds: readonly Deed[],
  of: Conclusions & {
    readonly at: Place;
    readonly place: Place;
    readonly used: (link: Link) => boolean;
    readonly source: Link | undefined;
  },
): Link | undefined {
  const { at, place, used, source } = of;
  const [reader, write] = [deeds[at]!, deeds[place]!];
  if (source === undefined) {
    if (graph.has(at, place)) return undefined;
    return overwritten(at, place, initialReason(history, reader, write), []);
  }
  if (of.overwritten && !graph.has(at, place)) {
    const way = graph.path(source.from, place, (link) => link.to !== at && used(link));
    const reason = (): string => overwrittenReason(history, reader, write);
    if (way !== undefined) return overwritten(at, place, reason(), [source, ...way]);
  }
  if (of.shadowed && !graph.has(place, source.from)) {
    const way = graph.path(place, at, (link) => link.from !== source.from && used(link));
    const reason = (): string => shadowedReason(history, write, deeds[source.from]!, reader);
    if (way !== undefined)
      return { from: place, to: source.from, kind: "implied", reason: reason(), because: [...way, source] };
  }
  return undefined;
}

const overwritten = (from: Place, to: Place, reason: string, because: readonly Link[]): Link => ({
  from,
  to,
  kind: "overwritten",
  reason,
  because,
});

function forPairs(
  deeds: readonly Deed[],
  visit: (one: Deed, other: Deed, from: Place, to: Place) => void,
): void {
  deeds.forEach((one, from) => {
    deeds.forEach((other, to) => {
      if (from !== to && one.happened && other.happened) visit(one, other, from, to);
    });
  });
}
