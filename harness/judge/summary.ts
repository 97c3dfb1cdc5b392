import type { Contradiction } from "#core/contradiction";
import { contradictionWords } from "#core/contradiction-words";
import type { Anomaly, Expectation, ModelResult } from "#core/verdict";
import { foundOf, type Outcome } from "./expectations.ts";

export interface Judged {
  readonly validity: boolean | "unknown";
  readonly expectations: readonly (Expectation & { readonly outcome: Outcome })[];
  /** Why the history proves nothing. */
  readonly insufficient: readonly string[];
  readonly anomalies: readonly Anomaly[];
  readonly counts: Readonly<Record<string, number>>;
  readonly results: readonly ModelResult[];
  readonly contradictions: readonly Contradiction[];
}

/** Why the verdict is what it is, in one line. */
export function summarize(of: Judged): string {
  const [contradiction] = of.contradictions;
  if (contradiction !== undefined) return contradictionWords(contradiction);
  if (of.validity === false) return brokenWords(of);
  if (of.validity === "unknown") return `nothing proved: ${undecidedReasons(of).join("; ")}`;
  const found = Object.entries(of.counts)
    .filter(([, count]) => count > 0)
    .map(([type, count]) => `${count} ${type}`)
    .join(", ");
  if (of.expectations.length === 0)
    return `nothing was expected; ${found === "" ? "no anomaly found" : `found: ${found}`}`;
  return found === ""
    ? "no promise was broken, no anomaly found"
    : `no promise was broken; found beyond the promises: ${found}`;
}

/** What a person grasps at once comes first: lost data, then one's own write, then time running backwards. */
const PLAINEST: readonly Anomaly["type"][] = [
  "lost-element",
  "lost-write",
  "diverged",
  "read-your-writes",
  "stale-read",
  "monotonic-reads",
];

export const plainest = (anomalies: readonly Anomaly[]): Anomaly | undefined =>
  PLAINEST.map((type) => anomalies.find((anomaly) => anomaly.type === type)).find(
    (found) => found !== undefined,
  ) ?? anomalies[0];

function brokenWords({ expectations, anomalies, counts }: Judged): string {
  const broken = expectations.filter(({ outcome }) => outcome === "broken");
  const names = [...new Set(broken.map(({ model }) => model))].join(", ");
  const first = plainest(
    anomalies.filter((anomaly) =>
      broken.some(
        ({ model, level }) => model === anomaly.model && (level === undefined || level === anomaly.level),
      ),
    ),
  );
  if (first === undefined) return `${names} broken`;
  const others = (counts[first.type] ?? 1) - 1;
  const more = others > 0 ? ` (and ${others} more of this kind)` : "";
  const level = first.level === undefined ? "" : ` at level ${first.level}`;
  return `${names}${level}: ${first.explanation}${more}`;
}

function undecidedReasons({ insufficient, expectations, results }: Judged): string[] {
  const undecided = expectations
    .filter(({ outcome }) => outcome === "undecided")
    .map((expectation) => {
      const { model, objects, level } = expectation;
      const scope = [
        objects === undefined ? [] : `of ${objects}`,
        level === undefined ? [] : `at level ${level}`,
      ];
      const reason = foundOf(expectation, results)?.reason ?? "no checker judges it on this history";
      return `${[model, ...scope.flat()].join(" ")}: ${reason}`;
    });
  return [...insufficient, ...undecided];
}
