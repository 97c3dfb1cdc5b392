import type { RowMetric } from "./row.ts";

/** `2026-11-20 09:30`, as it was written: UTC. */
export const startText = (startedAt: string): string => startedAt.slice(0, 16).replace("T", " ");

/** The day (UTC) of a start. */
export const dayOf = (startedAt: string): string => startedAt.slice(0, 10);

/** Three digits, or as many as the number has before its point: `0.125`, `2.31`, `1520`. */
export const shortNumber = (value: number): string =>
  String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

/** `2.31 s (alarm above 5)`. */
export const metricValue = ({ value, unit, breached, alarm, threshold }: RowMetric): string =>
  `${value === null ? "not measured" : `${shortNumber(value)} ${unit}`}${breached ? ` (alarm: ${alarm} ${threshold})` : ""}`;

/** Names of metrics where there is little room. */
export const METRIC_LABELS: Readonly<Record<string, string>> = {
  replication_lag_seconds: "lag",
  conflict_rate_per_min: "conflicts",
  repair_success_rate: "repair",
  write_error_rate: "write errors",
};

/** Where the report of a run lies from the page of all: relative, so that no name of a folder is taken for a scheme. */
export const reportHref = (path: string): string =>
  `./${[...(path === "." ? [] : path.split("/")), "report.html"].map((part) => encodeURIComponent(part.toWellFormed())).join("/")}`;
