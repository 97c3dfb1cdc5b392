import { FLAG, type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";

const READ = FUNCTIONS.indexOf("read");

/** The last reads of each key after healing, one for each node. */
export interface LastRound {
  /** Rows of the last final read of this key by each node that answered. */
  readonly rows: readonly number[];
  /** The last final reads of this key that failed, in place of an answer. */
  readonly failed: readonly number[];
  /** Nodes that should have been read and were not, or whose last read failed. */
  readonly missing: readonly string[];
}

/**
 * The last round of final reads by key id; keys that were never read at the end are absent. A node whose last attempt failed counts as missing: its
 * earlier answers may be older than the others'.
 */
export function lastRounds(history: History): ReadonlyMap<number, LastRound> {
  const last = new Map<number, Map<number, number>>();
  for (let row = 0; row < history.length; row++) {
    if (((history.flags[row] ?? 0) & FLAG.final) === 0 || history.f[row] !== READ) continue;
    const key = history.key[row] ?? NONE;
    let byNode = last.get(key);
    if (byNode === undefined) last.set(key, (byNode = new Map()));
    byNode.set(history.node[row] ?? NONE, row);
  }
  const required = requiredNodes(history, last);
  return new Map([...last].map(([key, byNode]) => [key, roundOf(history, byNode, required)]));
}

/** The nodes of the header, else every node that answered anything: a node that nobody read at the end is missing. */
function requiredNodes(
  history: History,
  last: ReadonlyMap<number, ReadonlyMap<number, number>>,
): readonly number[] {
  const named = history.header.nodes;
  if (named !== undefined && named.length > 0) return named.map((name) => history.nodeNames.indexOf(name));
  if (history.nodeNames.length > 0) return [...history.nodeNames.keys()];
  return [...new Set([...last.values()].flatMap((byNode) => [...byNode.keys()]))];
}

function roundOf(
  history: History,
  byNode: ReadonlyMap<number, number>,
  required: readonly number[],
): LastRound {
  const rows: number[] = [];
  const failed: number[] = [];
  const missing: string[] = [];
  required.forEach((node, i) => {
    const row = node === NONE && history.header.nodes !== undefined ? undefined : byNode.get(node);
    if (row !== undefined && history.status[row] === STATUS.ok) rows.push(row);
    else missing.push(history.nodeNames[node] ?? history.header.nodes?.[i] ?? "a node");
    if (row !== undefined && history.status[row] !== STATUS.ok) failed.push(row);
  });
  return { rows: rows.sort((a, b) => a - b), failed, missing };
}
