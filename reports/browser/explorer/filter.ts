import type { Timeline } from "../../schema.ts";
import { FINAL_FLAG, type Operations, STATUS_MASK } from "./operations.ts";

/**
 * What a person looks for: `key:x outcome:fail,info value:7`. All terms must hold; alternatives are parted by commas, `*`
 * stands for anything, quotes keep spaces. A term without a name is looked for in keys and values.
 */
export interface Query {
  readonly terms: readonly Term[];
  /** Names that do not exist, as they were written. */
  readonly unknown: readonly string[];
}

interface Term {
  readonly field: Field;
  readonly alternatives: readonly string[];
}

export const FIELDS = ["key", "value", "process", "node", "kind", "outcome", "error", "is", "text"] as const;
type Field = (typeof FIELDS)[number];

const TERM = /(?:([a-z]+):)?("(?:[^"]*)"|\S+)/giu;

export function parseQuery(text: string): Query {
  const terms: Term[] = [];
  const unknown: string[] = [];
  for (const [whole, name, rest = ""] of text.matchAll(TERM)) {
    const quoted = rest.length > 1 && rest.startsWith('"') && rest.endsWith('"');
    const plain = quoted ? rest.slice(1, -1) : rest;
    const alternatives = quoted ? [plain] : plain.split(",").filter((each) => each !== "");
    const field = name === undefined ? "text" : FIELDS.find((each) => each === name.toLowerCase());
    if (field === undefined) unknown.push(whole);
    else if (alternatives.length > 0) terms.push({ field, alternatives });
  }
  return { terms, unknown };
}

type Data = Pick<Timeline, "functions" | "keys" | "nodes" | "errors">;

/** One byte for each row: 1 if it fits. Undefined: the query asks for nothing, so all do. */
export function rowsThatFit(query: Query, timeline: Data, operations: Operations): Uint8Array | undefined {
  if (query.terms.length === 0) return undefined;
  const mask = new Uint8Array(operations.count).fill(1);
  for (const term of query.terms) {
    const fits = predicate(term, timeline, operations);
    for (let row = 0; row < mask.length; row++) if (mask[row] === 1 && !fits(row)) mask[row] = 0;
  }
  return mask;
}

function predicate(
  { field, alternatives }: Term,
  timeline: Data,
  operations: Operations,
): (row: number) => boolean {
  const patterns = alternatives.map(patternOf);
  const isSaid = (text: string): boolean => patterns.some((pattern) => pattern.test(text));
  const holds = (text: string): boolean =>
    alternatives.some((each) => text.toLowerCase().includes(each.toLowerCase()));
  const inNames =
    (column: ArrayLike<number>, names: readonly string[], test = isSaid) =>
    (row: number): boolean =>
      lookup(names, test)[column[row] as number] === 1;
  /** Each name is looked at once, however many operations share it. */
  const known = new Map<readonly string[], Uint8Array>();
  const lookup = (names: readonly string[], test: (text: string) => boolean): Uint8Array => {
    const found = known.get(names) ?? Uint8Array.from(names, (name) => (test(name) ? 1 : 0));
    known.set(names, found);
    return found;
  };
  switch (field) {
    case "key":
      return inNames(operations.key, timeline.keys);
    case "value":
      return inNames(operations.value, operations.values);
    case "node":
      return inNames(operations.node, timeline.nodes);
    case "error":
      return inNames(operations.error, timeline.errors);
    case "kind":
      return inNames(operations.f, timeline.functions);
    case "process":
      return (row) => isSaid(String(operations.process[row]));
    case "outcome":
      return (row) => outcomesOf(operations, row).some(isSaid);
    case "is": {
      const witnesses = new Set(operations.witnesses);
      return (row) =>
        (witnesses.has(row) && isSaid("witness")) ||
        (((operations.flags[row] as number) & FINAL_FLAG) !== 0 && isSaid("final"));
    }
    case "text": {
      const inKeys = inNames(operations.key, timeline.keys, holds);
      const inValues = inNames(operations.value, operations.values, holds);
      return (row) => inKeys(row) || inValues(row);
    }
    default:
      field satisfies never;
      return () => false;
  }
}

/** `open` says more than `info`: it never completed. */
function outcomesOf(operations: Operations, row: number): string[] {
  const status = (operations.flags[row] as number) & STATUS_MASK;
  if (status !== 2) return [status === 0 ? "ok" : "fail"];
  return operations.end[row] === Number.POSITIVE_INFINITY ? ["info", "open"] : ["info"];
}

const patternOf = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
    "isu",
  );
