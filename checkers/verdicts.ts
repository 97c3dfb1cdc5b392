import type { History } from "#core/history";
import type { ObjectType } from "#core/operation";
import type { Model, ModelResult } from "#core/verdict";
import { once } from "./once.ts";
import { keyWords, plural, someOf } from "./words.ts";

/** The key patterns of these types, where a history holds objects of several: a verdict then names what it is about. */
export function objectsOf(history: History, types: readonly ObjectType[]): { readonly objects?: string } {
  const present = typesOf(history);
  if (present.size < 2) return {};
  const patterns = history.header.objects.filter(({ type }) => types.includes(type)).map(({ keys }) => keys);
  // Without a header there is no pattern: types were inferred key by key.
  return { objects: patterns.length > 0 ? patterns.join(",") : types.map((type) => `${type}s`).join(",") };
}

/**
 * Keys of one type by the patterns of the header that they match: where a history holds several kinds of objects of one type, such as a
 * lock and what it guards, each promises for itself.
 */
export function byPattern(
  history: History,
  type: ObjectType,
  keys: readonly number[],
): { readonly objects?: string; readonly keys: readonly number[] }[] {
  const patterns = history.header.objects.filter((spec) => spec.type === type);
  if (patterns.length < 2) return [{ ...objectsOf(history, [type]), keys }];
  return [...Map.groupBy(keys, (key) => history.objectOf(key).keys)].map(([objects, of]) => ({
    objects,
    keys: of,
  }));
}

/** The types of objects that the header or the keys of a history name. */
const typesOf = once((history): ReadonlySet<ObjectType> => {
  const types = new Set(history.header.objects.map(({ type }) => type));
  for (let key = 0; key < history.keys.length; key++) types.add(history.objectOf(key).type);
  return types;
});

/** Whether some key holds one of these types. */
export const holds = (history: History, types: readonly ObjectType[]): boolean =>
  history.keys.some((_, key) => types.includes(history.objectOf(key).type));

/** What a checker found out about one model. */
export interface Findings {
  readonly model: Model;
  /** Anomalies found. */
  readonly violations: number;
  /** How many things were looked at: none proves nothing. */
  readonly judged: number;
  /** Why something that matters could not be judged. */
  readonly undecided: readonly string[];
  /** Why there may have been nothing to look at. */
  readonly nothing: string;
}

/** Violated over unknown over satisfied; never satisfied where nothing was looked at. */
export function verdictOf(findings: Findings, objects: { readonly objects?: string }): ModelResult {
  const { model, violations, judged, undecided, nothing } = findings;
  if (violations > 0) return { model, ...objects, verdict: "violated" };
  if (undecided.length > 0) return { model, ...objects, verdict: "unknown", reason: someOf(undecided) };
  if (judged === 0) return { model, ...objects, verdict: "not-applicable", reason: nothing };
  return { model, ...objects, verdict: "satisfied" };
}

/** Problems of keys as sentences, equal ones taken together. */
export function problemWords(history: History, problems: ReadonlyMap<number, string>): string[] {
  const keysOf = new Map<string, number[]>();
  for (const [key, problem] of problems) {
    const keys = keysOf.get(problem) ?? [];
    keys.push(key);
    keysOf.set(problem, keys);
  }
  return [...keysOf].map(([problem, keys]) =>
    keys.length === 1
      ? `${keyWords(history, keys[0]!)}: ${problem}`
      : `${plural(keys.length, "key")} (${keys
          .slice(0, 2)
          .map((key) => keyWords(history, key))
          .join(", ")}…): ${problem}`,
  );
}
