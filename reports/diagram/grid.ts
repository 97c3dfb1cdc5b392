import type { ReportOperation } from "../schema.ts";
import { endIndexOf, type Lanes, layLanes } from "./lanes.ts";

/** What a lane shows in one row. `open` goes on to the end: nobody knows when it took effect, or whether. */
export type Mark = "idle" | "busy" | "open" | "start" | "end" | "whole";

export interface Cell {
  readonly mark: Mark;
  /** Place of the operation that begins here. */
  readonly operation?: number;
}

export interface Row {
  /** One for each lane. */
  readonly cells: readonly Cell[];
}

export interface Grid extends Lanes {
  readonly rows: readonly Row[];
}

type Timed = Pick<ReportOperation, "index" | "endIndex" | "who" | "node">;

/**
 * Rows of a diagram whose time runs down: an operation is above another exactly if it had ended before the other began.
 * What begins before anything more ends shares a row, unless each is to have a row of its own (`apart`).
 */
export function layGrid(operations: readonly Timed[], apart = false): Grid {
  const lanes = layLanes(operations);
  const rows: Row[] = [];
  const phases = phasesOf(operations);
  const openIn = new Map<number, number>();
  phases.forEach(({ starts, ends }) => {
    const isAlone = starts.length === 1 || !apart;
    const whole = new Set(isAlone ? starts.filter((place) => ends.includes(place)) : []);
    for (const began of apart ? starts.map((place) => [place]) : [starts]) {
      rows.push(
        rowOf(
          operations,
          lanes,
          openIn,
          new Map(began.map((place) => [lanes.laneOf[place] as number, place])),
          whole,
        ),
      );
      for (const place of began) if (!whole.has(place)) openIn.set(lanes.laneOf[place] as number, place);
    }
    const ended = ends.filter((place) => !whole.has(place));
    if (ended.length === 0) return;
    rows.push({
      cells: lanes.lanes.map((_, lane) => {
        const place = openIn.get(lane);
        return { mark: place !== undefined && ended.includes(place) ? "end" : lineOf(operations, place) };
      }),
    });
    for (const place of ended) openIn.delete(lanes.laneOf[place] as number);
  });
  return { ...lanes, rows };
}

function rowOf(
  operations: readonly Timed[],
  { lanes }: Lanes,
  openIn: ReadonlyMap<number, number>,
  began: ReadonlyMap<number, number>,
  whole: ReadonlySet<number>,
): Row {
  const cells = lanes.map((_, lane): Cell => {
    const operation = began.get(lane);
    if (operation === undefined) return { mark: lineOf(operations, openIn.get(lane)) };
    return { mark: whole.has(operation) ? "whole" : "start", operation };
  });
  return { cells };
}

const lineOf = (operations: readonly Timed[], place: number | undefined): Mark =>
  place === undefined ? "idle" : operations[place]?.endIndex === null ? "open" : "busy";

interface Phase {
  readonly starts: number[];
  readonly ends: number[];
}

/** Starts until something ends, then ends until something starts, and so on. */
function phasesOf(operations: readonly Timed[]): Phase[] {
  const moments = operations
    .flatMap((operation, place) => [
      { at: operation.index, place, isEnd: false },
      { at: endIndexOf(operation), place, isEnd: true },
    ])
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at);
  const phases: Phase[] = [];
  for (const { place, isEnd } of moments) {
    let phase = phases.at(-1);
    if (phase === undefined || (!isEnd && phase.ends.length > 0)) {
      phase = { starts: [], ends: [] };
      phases.push(phase);
    }
    (isEnd ? phase.ends : phase.starts).push(place);
  }
  return phases;
}
