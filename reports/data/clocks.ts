import type { History } from "#core/history";
import type { Json } from "#core/json";
import type { TimedFaultEvent } from "#core/operation";
import type { Nanoseconds } from "#core/units";
import { printable } from "../printable.ts";
import type { FaultBand, ReportClock } from "../schema.ts";

type Piece = Pick<ReportClock, "from" | "to" | "start" | "end"> & { readonly isFlipping?: boolean };

/** How far the clocks of nodes were off, by what the faults that touch clocks say they did. */
export function clocksOf(history: History, bands: readonly FaultBand[], last: Nanoseconds): ReportClock[] {
  return bands.flatMap((band) => {
    if (!band.fault.startsWith("clock-")) return [];
    const events = history.faults.filter(({ id }) => id === band.id);
    const started = events.find(({ phase }) => phase === "started");
    if (started === undefined) return [];
    const stretch = { from: started.time, to: band.to ?? last };
    return [...piecesOf(events, stretch)].flatMap(([node, pieces]) =>
      pieces.map((piece) => ({
        node: printable(node, 60),
        fault: band.fault,
        isFlipping: false,
        ...piece,
      })),
    );
  });
}

interface Stretch {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
}

/** By node. Nothing is drawn of a fault whose parameters this version does not know. */
function piecesOf(events: readonly TimedFaultEvent[], stretch: Stretch): Map<string, Piece[]> {
  const first = events[0] as TimedFaultEvent;
  const parameters = recordOf(first.parameters);
  const nodes = events.find(({ phase }) => phase === "started")?.nodes ?? first.nodes;
  const ofAll = (pieces: readonly Piece[]): Map<string, Piece[]> =>
    new Map(nodes.map((node) => [node, [...pieces]]));
  switch (first.fault) {
    case "clock-skew":
      return new Map(
        Object.entries(recordOf(parameters["ahead"])).flatMap(([node, ahead]) =>
          typeof ahead === "number" ? [[node, [{ ...stretch, start: ahead, end: ahead }]]] : [],
        ),
      );
    case "clock-jump":
      return ofAll(jumps(numbersOf(parameters["jumps"]), stretch));
    case "clock-drift":
      return ofAll(drift(events, parameters["rate"], stretch));
    case "clock-strobe": {
      const by = parameters["by"];
      return ofAll(typeof by === "number" ? [{ ...stretch, start: 0, end: by, isFlipping: true }] : []);
    }
    default:
      return new Map();
  }
}

/** Evenly over the fault's time. */
function jumps(by: readonly number[], { from, to }: Stretch): Piece[] {
  const step = (to - from) / Math.max(1, by.length);
  let ahead = 0;
  return by.map((jump, i) => {
    ahead += jump;
    return { from: from + i * step, to: from + (i + 1) * step, start: ahead, end: ahead };
  });
}

/** To where it was measured to be at the end, else to where its rate takes it. */
function drift(events: readonly TimedFaultEvent[], rate: Json | undefined, stretch: Stretch): Piece[] {
  const measured = events
    .map(({ effect }) => recordOf(effect)["drifted"])
    .find((drifted) => typeof drifted === "number");
  const end = measured ?? (typeof rate === "number" ? (rate - 1) * (stretch.to - stretch.from) : undefined);
  return end === undefined ? [] : [{ ...stretch, start: 0, end }];
}

const recordOf = (json: Json | undefined): Readonly<Record<string, Json>> =>
  typeof json === "object" && json !== null && !Array.isArray(json)
    ? (json as Readonly<Record<string, Json>>)
    : {};

const numbersOf = (json: Json | undefined): number[] =>
  Array.isArray(json) ? json.filter((each): each is number => typeof each === "number") : [];
