import type { Json } from "#core/json";
import type { RunRecord } from "#core/run";
import { formatDuration } from "#core/units";
import { printable, printableValue } from "../printable.ts";
import type { RunFacts } from "../schema.ts";
import { grouped } from "../words.ts";

/** How much of one configuration value is shown. */
const MAX_SETTING = 400;

/** What the report tells of the run's configuration and end. */
export function runFacts(run: RunRecord): RunFacts {
  const ended = run.ended;
  return {
    target: printable(run.target, 60),
    workload: printable(run.workload, 60),
    environment: run.environment,
    seed: printable(run.seed, 60),
    startedAt: printable(run.startedAt, 60),
    riftcheck: printable(run.riftcheck, 60),
    command: printable(run.command),
    how: ended?.how ?? "cut-off",
    error: ended?.error === undefined ? null : printable(ended.error),
    healedAt: ended?.healedAt ?? null,
    quietAt: ended?.quietAt ?? null,
    finishedAt: ended?.finishedAt ?? null,
    configuration: configurationOf(run),
  };
}

function configurationOf(run: RunRecord): RunFacts["configuration"] {
  const rate = run.rate === undefined ? "closed loop" : `${grouped(run.rate)} operations/s, open loop`;
  const entries: [string, string][] = [
    ["target", run.target],
    ["workload", run.workload],
    ["environment", run.environment],
    ["nodes", `${run.nodes.length} (${run.nodes.join(", ")})`],
    ["clients", String(run.clients)],
    ["rate", rate],
    ["time", formatDuration(run.time)],
    ["faults", run.faults.length === 0 ? "none" : run.faults.join(", ")],
    ["seed", run.seed],
    ...settings("target", run.targetOptions),
    ...settings("workload", run.workloadOptions),
    ...clusterFacts(run.cluster),
    ["started", run.startedAt],
    ["riftcheck", run.riftcheck],
  ];
  return entries.map(([name, value]) => ({
    name: printable(name, 80),
    value: printable(value, MAX_SETTING),
  }));
}

const settings = (area: string, options: Readonly<Record<string, Json>>): [string, string][] =>
  Object.entries(options).map(([name, value]) => [`${area} · ${name}`, printableValue(value, MAX_SETTING)]);

function clusterFacts(cluster: Json): [string, string][] {
  if (cluster === null) return [];
  if (typeof cluster !== "object" || Array.isArray(cluster))
    return [["cluster", printableValue(cluster, MAX_SETTING)]];
  return settings("cluster", cluster as Readonly<Record<string, Json>>);
}
