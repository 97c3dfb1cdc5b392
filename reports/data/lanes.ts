import { FLAG, type History, NEVER, NONE, UNENDED } from "#core/history";
import { printable } from "../printable.ts";

/** Where each operation is drawn. */
export interface Lanes {
  /** What stands before each lane: a number for a client, a node for its final reads. */
  readonly names: readonly string[];
  laneOf(row: number): number;
}

interface Life {
  readonly process: number;
  readonly from: number;
  to: number;
}

/**
 * A lane for every client, then one for the final reads of each node. A process that was retired after an indefinite
 * operation hands its lane to its successor (`process mod concurrency`, as long as the two never overlap); any other
 * process takes the first lane that is free.
 */
export function lanesOf(history: History): Lanes {
  const ofProcess = processLanes(livesOf(history), history.header.concurrency);
  const clients = ofProcess.values().reduce((most, lane) => Math.max(most, lane), -1) + 1;
  const finalNodes = finalNodesOf(history);
  const ofNode = new Map(finalNodes.map((node, i) => [node, clients + i]));
  const clientNames = Array.from({ length: clients }, (_, lane) => String(lane));
  return {
    names: [...clientNames, ...finalNodes.map((node) => nodeName(history, node))],
    laneOf: (row) =>
      (isFinal(history, row)
        ? ofNode.get(history.node[row] as number)
        : ofProcess.get(history.process[row] as number)) ?? 0,
  };
}

const isFinal = (history: History, row: number): boolean =>
  ((history.flags[row] as number) & FLAG.final) !== 0;

const nodeName = (history: History, node: number): string =>
  node === NONE ? "final" : printable(history.nodeNames[node] ?? "?", 12);

function finalNodesOf(history: History): number[] {
  const nodes = new Set<number>();
  for (let row = 0; row < history.length; row++) {
    if (isFinal(history, row)) nodes.add(history.node[row] as number);
  }
  return [...nodes].sort((a, b) =>
    nodeName(history, a).localeCompare(nodeName(history, b), "en", { numeric: true }),
  );
}

/** First to last event of every process that did more than final reads; in order of appearance. */
function livesOf(history: History): Life[] {
  const lives = new Map<number, Life>();
  for (let row = 0; row < history.length; row++) {
    if (isFinal(history, row)) continue;
    const process = history.process[row] as number;
    const life = lives.get(process);
    const to = lastEvent(history, row);
    if (life === undefined) lives.set(process, { process, from: history.invRank[row] as number, to });
    else life.to = Math.max(life.to, to);
  }
  return [...lives.values()];
}

/**
 * An indefinite operation counts as over when it was given up, so that the successor may take the lane; one that was
 * never completed holds its lane for good.
 */
function lastEvent(history: History, row: number): number {
  if ((history.retTime[row] as number) === UNENDED) return Number.POSITIVE_INFINITY;
  const completed = history.retRank[row] as number;
  return completed === NEVER ? (history.invRank[row] as number) + 1 : completed;
}

function processLanes(lives: readonly Life[], concurrency: number | undefined): Map<number, number> {
  const own = concurrency ?? 0;
  const freeFrom: number[] = new Array<number>(own).fill(Number.NEGATIVE_INFINITY);
  const lanes = new Map<number, number>();
  for (const life of lives) {
    const preferred = own > 0 ? life.process % own : -1;
    const isFree = (lane: number): boolean => (freeFrom[lane] as number) <= life.from;
    const found =
      preferred >= 0 && isFree(preferred)
        ? preferred
        : freeFrom.findIndex((_, lane) => lane >= own && isFree(lane));
    const lane = found >= 0 ? found : freeFrom.length;
    freeFrom[lane] = life.to;
    lanes.set(life.process, lane);
  }
  return withoutGaps(lanes);
}

/** Drops lanes that nobody uses. */
function withoutGaps(lanes: ReadonlyMap<number, number>): Map<number, number> {
  const rank = new Map([...new Set(lanes.values())].sort((a, b) => a - b).map((lane, i) => [lane, i]));
  return new Map([...lanes].map(([process, lane]) => [process, rank.get(lane) ?? 0]));
}
