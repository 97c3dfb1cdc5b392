import type { Json } from "#core/json";
import type { TimedFaultEvent } from "#core/operation";
import type { RunRecord, VerdictDocument } from "#core/run";

/** What the faults of a run did, confirmed, and what became of the data: sentences for the verdict. */
export function runNotes(
  faults: readonly TimedFaultEvent[],
  verdict: Pick<VerdictDocument, "models" | "counts">,
  record: Pick<RunRecord, "cluster">,
): string[] {
  const restarts = faults
    .filter(({ phase }) => phase === "healed")
    .flatMap(({ effect }) => restartsOf(effect));
  if (restarts.length === 0) return [];
  const confirmed = restarts.filter(({ before, after }) => before !== after).length;
  const nodes = [...Map.groupBy(restarts, ({ node }) => node)]
    .map(([node, list]) => `${node} ×${list.length}`)
    .sort();
  return [
    `${restarts.length} kills (${nodes.join(", ")}): ${confirmed} of ${restarts.length} confirmed by the engine as a new process`,
    `after the restarts ${fateOfData(verdict)}${persistenceOf(record.cluster)}`,
  ];
}

function fateOfData({ models, counts }: Pick<VerdictDocument, "models" | "counts">): string {
  switch (models["no-lost-writes"]?.verdict) {
    case "satisfied":
      return "the data was there: every acknowledged write was read back";
    case "violated":
      return `data was missing: ${["lost-element", "lost-write", "lost-increment"].reduce((sum, type) => sum + (counts[type] ?? 0), 0)} acknowledged writes were gone on every node`;
    default:
      return "nobody can tell whether data was missing: no final reads decide it";
  }
}

interface Restart {
  readonly node: string;
  readonly before: string;
  readonly after: string;
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function restartsOf(effect: Json | undefined): Restart[] {
  if (!isObject(effect) || !Array.isArray(effect["restarted"])) return [];
  return (effect["restarted"] as readonly Json[]).filter(isObject).map((restart) => ({
    node: String(restart["node"]),
    before: String(restart["before"]),
    after: String(restart["after"]),
  }));
}

/** What the store said of its persistence when the run began, if it said anything. */
function persistenceOf(cluster: Json): string {
  const store = isObject(cluster) ? cluster["store"] : undefined;
  const persistence = isObject(store) ? store["persistence"] : undefined;
  return typeof persistence === "string" ? ` (persistence: ${persistence})` : "";
}
