import { messageOf } from "#core/errors";
import type { History } from "#core/history";
import type { Anomaly } from "#core/verdict";
import { edgesOf } from "../../checkers/edges/witness-edges.ts";

/** Anomalies with their edges. One that cannot be drawn was proved all the same: a doubt says so. */
export function explained(
  history: History,
  found: readonly Anomaly[],
): { readonly anomalies: Anomaly[]; readonly doubts: readonly string[] } {
  const doubts = new Set<string>();
  const anomalies = found.map((anomaly) => {
    const { edges: _, ...plain } = anomaly;
    try {
      return { ...plain, edges: edgesOf(history, anomaly) };
    } catch (error) {
      doubts.add(`a bug in riftcheck: no edges for an anomaly ${anomaly.type}: ${messageOf(error)}`);
      return plain;
    }
  });
  return { anomalies, doubts: [...doubts] };
}
