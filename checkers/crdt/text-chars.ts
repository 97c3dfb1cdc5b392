import type { History } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS } from "#core/functions";
import { canonicalJson } from "#core/value-table";
import type { CrdtObject } from "./crdt-objects.ts";

const INSERT = FUNCTIONS.indexOf("insert");
const ERASE = FUNCTIONS.indexOf("erase");

/** One inserted character. */
export interface Char {
  readonly id: Json;
  readonly char: Json;
  /** Row of its insert. */
  readonly row: number;
  /** What it was inserted after; undefined: the beginning. */
  readonly anchor: Char | undefined;
  /** How many anchors are above it. */
  readonly depth: number;
  /** The earliest its insert can have happened: after those of its anchors. */
  readonly earliest: number;
  /** Rows of its erases that happened or may have. */
  readonly erases: number[];
}

/** A character in a read. */
export interface ShownChar {
  readonly id: Json;
  readonly char: Json;
  /** Undefined: nobody can have inserted it. */
  readonly inserted: Char | undefined;
}

/** A replicated text: the tree of its characters, and what the reads show of it. */
export interface TextView {
  readonly chars: readonly Char[];
  /** By row of an insert. */
  readonly byRow: ReadonlyMap<number, Char>;
  /** By row of a read. */
  readonly shown: ReadonlyMap<number, readonly ShownChar[]>;
}

/** @returns why it cannot be judged, as a string */
export function textViewOf(history: History, { updates, reads, spec }: CrdtObject): TextView | string {
  if (spec.initial !== null && !(Array.isArray(spec.initial) && spec.initial.length === 0))
    return "a text that is not empty in the beginning is not judged";
  const inserts = new Map<string, { row: number; value: Fields }>();
  const erases = new Map<string, number[]>();
  for (const row of updates) {
    const value = fieldsOf(history.valueOf(history.value[row]!));
    if (value === undefined) return `${FUNCTIONS[history.f[row]!]} names no character`;
    const name = canonicalJson(value["id"]!);
    if (history.f[row] === INSERT) {
      if (inserts.has(name)) return `the character ${name} was inserted twice`;
      inserts.set(name, { row, value });
    } else if (history.f[row] === ERASE) erases.set(name, [...(erases.get(name) ?? []), row]);
    else return `a ${FUNCTIONS[history.f[row]!]} is no operation of a text`;
  }
  const known = treeOf(history, inserts, erases);
  if (typeof known === "string") return known;
  const shown = new Map<number, readonly ShownChar[]>();
  for (const row of reads) {
    const list = [...history.elementsOf(row)].map((id) => fieldsOf(history.valueOf(id)));
    if (!list.every((fields) => fields !== undefined)) return "a read shows something that is no character";
    shown.set(
      row,
      list.map((fields) => ({
        id: fields["id"]!,
        char: fields["char"] ?? null,
        inserted: known.get(canonicalJson(fields["id"]!)),
      })),
    );
  }
  const chars = [...known.values()];
  return { chars, byRow: new Map(chars.map((char) => [char.row, char])), shown };
}

type Fields = { readonly [name: string]: Json };

/** An object with an id. */
function fieldsOf(value: Json): Fields | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = value as Fields;
  return fields["id"] === undefined || fields["id"] === null ? undefined : fields;
}

/** By id, anchors before what was inserted after them. */
function treeOf(
  history: History,
  inserts: ReadonlyMap<string, { readonly row: number; readonly value: Fields }>,
  erases: ReadonlyMap<string, number[]>,
): Map<string, Char> | string {
  const known = new Map<string, Char>();
  for (const name of inserts.keys()) {
    const path: string[] = [];
    for (let at: string | undefined = name; at !== undefined && !known.has(at); ) {
      const insert = inserts.get(at);
      if (insert === undefined) return `a character was inserted after ${at}, which nobody can have inserted`;
      if (path.includes(at)) return `the character ${at} was inserted after itself`;
      path.push(at);
      const after: Json = insert.value["after"] ?? null;
      at = after === null ? undefined : canonicalJson(after);
    }
    for (const one of path.reverse()) {
      const { row, value } = inserts.get(one)!;
      const after: Json = value["after"] ?? null;
      const anchor = after === null ? undefined : known.get(canonicalJson(after))!;
      known.set(one, {
        id: value["id"]!,
        char: value["char"] ?? null,
        row,
        anchor,
        depth: anchor === undefined ? 0 : anchor.depth + 1,
        earliest: Math.max(history.invRank[row]!, anchor?.earliest ?? 0),
        erases: erases.get(one) ?? [],
      });
    }
  }
  return known;
}

/** A character and what it was inserted after, the nearest first. */
export function* lineOf(char: Char): Generator<Char> {
  for (let one: Char | undefined = char; one !== undefined; one = one.anchor) yield one;
}
