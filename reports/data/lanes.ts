import { type History, NEVER } from "#core/history";
import { endOf } from "./times.ts";

interface Life {
  readonly process: number;
  readonly from: number;
  to: number;
}

/**
 * A lane for every process. A process that was retired after an indefinite operation hands its lane to its successor
 * (`process mod concurrency`, as long as the two never overlap); any other process takes the first lane that is free.
 * @returns lane by process, and how many lanes there are.
 */
export function lanesOf(history: History): {
  readonly laneOf: ReadonlyMap<number, number>;
  readonly lanes: number;
} {
  const lives = livesOf(history);
  const concurrency = history.header.concurrency;
  const freeFrom: number[] = new Array<number>(concurrency ?? 0).fill(Number.NEGATIVE_INFINITY);
  const laneOf = new Map<number, number>();
  for (const life of lives) {
    const own = concurrency === undefined ? undefined : life.process % concurrency;
    const isFree = (lane: number): boolean => (freeFrom[lane] as number) <= life.from;
    let lane =
      own !== undefined && isFree(own)
        ? own
        : freeFrom.findIndex((from, i) => i >= (concurrency ?? 0) && from <= life.from);
    if (lane < 0) lane = freeFrom.push(Number.NEGATIVE_INFINITY) - 1;
    freeFrom[lane] = life.to;
    laneOf.set(life.process, lane);
  }
  return compact(laneOf);
}

/** First invocation to last completion of every process, by event index; in order of appearance. */
function livesOf(history: History): Life[] {
  const lives = new Map<number, Life>();
  for (let row = 0; row < history.length; row++) {
    const process = history.process[row] as number;
    const from = history.invRank[row] as number;
    const to = endOf(history, row) === undefined ? Number.POSITIVE_INFINITY : lastEvent(history, row);
    const life = lives.get(process);
    if (life === undefined) lives.set(process, { process, from, to });
    else life.to = Math.max(life.to, to);
  }
  return [...lives.values()];
}

/** An indefinite operation counts as over when it was given up: its successor may take the lane. */
function lastEvent(history: History, row: number): number {
  const completed = history.retRank[row] as number;
  return completed === NEVER ? (history.invRank[row] as number) + 1 : completed;
}

/** Drops lanes that nobody uses. */
function compact(laneOf: ReadonlyMap<number, number>): { laneOf: Map<number, number>; lanes: number } {
  const used = [...new Set(laneOf.values())].sort((a, b) => a - b);
  const rank = new Map(used.map((lane, i) => [lane, i]));
  return {
    laneOf: new Map([...laneOf].map(([process, lane]) => [process, rank.get(lane) ?? 0])),
    lanes: used.length,
  };
}
