import { EXIT, HarnessError } from "#core/errors";
import { DEFAULT_THRESHOLDS } from "../metrics/measure.ts";
import { type Metric, type MetricName, METRIC_NAMES, type Thresholds } from "../metrics/schema.ts";
import { unknownName } from "./nearest.ts";
import { numberFlag } from "./values.ts";

/** `replication_lag_seconds=2,write_error_rate=1`; the others keep their defaults. @throws HarnessError `usage`, `unknown-name` */
export function thresholdsFlag(text: string | undefined): Thresholds {
  const thresholds: Record<MetricName, number> = { ...DEFAULT_THRESHOLDS };
  for (const part of text === undefined ? [] : text.split(",")) {
    const [name = "", value] = part.split("=", 2).map((word) => word.trim());
    const metric = METRIC_NAMES.find((one) => one === name);
    if (metric === undefined) throw unknownName("metric", name, METRIC_NAMES);
    if (value === undefined)
      throw new HarnessError("usage", `--thresholds ${part}: expected ${name}=<number>`);
    thresholds[metric] = numberFlag(`--thresholds ${name}`, value, 0);
  }
  return thresholds;
}

/** A line for each metric beyond its threshold. */
export const breachLines = (metrics: readonly Metric[]): string[] =>
  metrics
    .filter(({ breached }) => breached)
    .map(({ name, value, unit, alarm, threshold, basis }) => {
      const found = value === null ? "" : ` ${Number(value.toPrecision(3))} ${unit}, ${alarm} ${threshold}:`;
      return `alarm    ${name}${found === "" ? ":" : found} ${basis}`;
    });

/** With `--gate` a metric beyond its threshold breaks a run that would be fine. */
export const gatedExitCode = (code: number, metrics: readonly Metric[], isGate: boolean): number =>
  isGate && code === EXIT.ok && metrics.some(({ breached }) => breached) ? EXIT.broken : code;
