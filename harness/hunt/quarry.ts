import { z } from "zod";
import type { VerdictDocument } from "#core/run";
import { type Anomaly, ANOMALY_TYPES, type Expectation, type Model, modelSchema } from "#core/verdict";
import { plainest } from "../judge/summary.ts";
import type { AnomalyName } from "./case.ts";

/** Which anomalies count. Nothing given: those that break an expectation. */
export const quarrySchema = z.object({
  types: z.array(z.enum(ANOMALY_TYPES)).optional(),
  models: z.array(modelSchema).optional(),
});
export type Quarry = z.infer<typeof quarrySchema>;

/** The anomalies of a verdict that count, worst first, at most one of each kind (type, model, level): the one that is told plainest. */
export function caught(verdict: VerdictDocument, quarry: Quarry): Anomaly[] {
  const counting = verdict.anomalies.filter((anomaly) => counts(anomaly, verdict, quarry));
  const kinds = Map.groupBy(counting, (anomaly) => JSON.stringify(kindOf(anomaly)));
  const first = plainest(counting);
  const chosen = [...kinds.values()].map((all) =>
    first !== undefined && all.includes(first) ? first : all[0]!,
  );
  return chosen.toSorted((a, b) => Number(b === first) - Number(a === first));
}

function counts({ type, model, level }: Anomaly, verdict: VerdictDocument, quarry: Quarry): boolean {
  const { types, models } = quarry;
  if (types !== undefined || models !== undefined)
    return (types?.includes(type) ?? true) && (models?.includes(model) ?? true);
  return verdict.expectations.some(
    (one) =>
      one.outcome === "broken" && one.model === model && (one.level === undefined || one.level === level),
  );
}

/** The kind of an anomaly: what has to show again. */
export const kindOf = ({ type, model, level }: AnomalyName): AnomalyName => ({
  type,
  model,
  ...(level === undefined ? {} : { level }),
});

/** Whether a verdict names an anomaly of this kind. */
export const showsAgain = ({ anomalies }: VerdictDocument, { type, model, level }: AnomalyName): boolean =>
  anomalies.some((one) => one.type === type && one.model === model && one.level === level);

/** The models whose checkers can find what counts; undefined: any. */
export function modelsOf(
  { types, models }: Quarry,
  expectations: readonly Expectation[],
): Model[] | undefined {
  if (models !== undefined) return models;
  if (types !== undefined) return undefined;
  return [...new Set(expectations.filter(({ is }) => is === "holds").map(({ model }) => model))];
}
