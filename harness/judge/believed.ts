import type { CheckResult } from "#core/checker";
import type { Anomaly } from "#core/verdict";

/**
 * How many anomalies of each type are left where some are not believed. Of a type of which some are and some are not, only
 * those listed count: of the others nobody knows which they are.
 */
export function countsOfBelieved(
  { anomalies, counts }: Pick<CheckResult, "anomalies" | "counts">,
  believed: readonly Anomaly[],
): Record<string, number> {
  const listed = (of: readonly Anomaly[], type: string): number =>
    of.filter((anomaly) => anomaly.type === type).length;
  const left = Object.entries(counts).map(([type, count]): [string, number] => {
    const isWhole = listed(believed, type) === listed(anomalies, type);
    return [type, isWhole ? count : listed(believed, type)];
  });
  return Object.fromEntries(left.filter(([, count]) => count > 0));
}
