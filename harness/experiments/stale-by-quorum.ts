import { FLAG, type History, NEVER, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { type Nanoseconds, SECOND } from "#core/units";
import { eventual } from "../../targets/eventual/target.ts";
import { viewCounter } from "../../workloads/view-counter.ts";
import { nodeNames, simulate } from "../cli/simulate.ts";
import { parseHistory } from "../history/read-history.ts";

/** What reads of registers with one writer each, whose values only rise, showed against what was acknowledged. */
export interface AgainstAcknowledged {
  /** Answered while the run went on. */
  readonly reads: number;
  /** Showed less than what had been acknowledged before they began. */
  readonly stale: number;
  readonly writes: number;
  /** Refused, or nobody knows. */
  readonly failedWrites: number;
}

const [READ, WRITE] = [FUNCTIONS.indexOf("read"), FUNCTIONS.indexOf("write")];

/** Pure. O(events) */
export function againstAcknowledged(history: History): AgainstAcknowledged {
  const acknowledged = new Map<number, number>();
  const known = new Map<number, number>();
  const told = { reads: 0, stale: 0, writes: 0, failedWrites: 0 };
  for (const { row, isReturn } of eventsOf(history)) {
    const [key, f] = [history.key[row]!, history.f[row]];
    if (!isReturn) {
      if (f === READ) known.set(row, acknowledged.get(key) ?? 0);
      else if (f === WRITE) told.writes++;
    } else if (history.status[row] !== STATUS.ok) continue;
    else if (f === WRITE) acknowledged.set(key, valueOf(history, row));
    else if (f === READ && (history.flags[row]! & FLAG.final) === 0) {
      told.reads++;
      if (valueOf(history, row) < known.get(row)!) told.stale++;
    }
  }
  for (let row = 0; row < history.length; row++)
    if (history.f[row] === WRITE && history.status[row] !== STATUS.ok) told.failedWrites++;
  return told;
}

/** Invocations and returns in the order of the history. */
function eventsOf(history: History): { readonly row: number; readonly isReturn: boolean }[] {
  const events: { readonly rank: number; readonly row: number; readonly isReturn: boolean }[] = [];
  for (let row = 0; row < history.length; row++) {
    events.push({ rank: history.invRank[row]!, row, isReturn: false });
    if (history.retRank[row] !== NEVER) events.push({ rank: history.retRank[row]!, row, isReturn: true });
  }
  return events.sort((a, b) => a.rank - b.rank);
}

const valueOf = (history: History, row: number): number => Number(history.valueOf(history.value[row]!) ?? 0);

export interface QuorumRun {
  readonly nodes: number;
  /** Replicas that answer a read, and that confirm a write. */
  readonly r: number;
  readonly w: number;
  readonly time: Nanoseconds;
  readonly seed: string;
}

/**
 * Readers look at counters that are counted every few milliseconds, on a store whose every node has every key, with strict quorums and
 * clocks that agree. In the middle so many nodes are cut off from the others as confirm a write: counting goes on there.
 */
export async function readsOfQuorums({ nodes, r, w, time, seed }: QuorumRun): Promise<AgainstAcknowledged> {
  const side = nodeNames(Math.min(w, nodes - 1));
  const { lines, outcome } = await simulate({
    target: eventual,
    targetOptions: eventual.options.parse({
      preset: "dynamo",
      copies: nodes,
      readQuorum: r,
      writeQuorum: w,
      requestTimeout: 100,
    }),
    workload: viewCounter,
    workloadOptions: viewCounter.options.parse({ countEvery: 2 }),
    nodes,
    clients: 10,
    time,
    seed,
    schedule: [{ id: 1, at: time / 3, for: time / 3, fault: "partition-halves", on: side, parameters: {} }],
  });
  if (outcome.error !== undefined) throw outcome.error;
  return againstAcknowledged(parseHistory(lines, `R=${r} W=${w} of ${nodes}, seed ${seed}`));
}

export const QUORUM_TIME: Nanoseconds = SECOND;
