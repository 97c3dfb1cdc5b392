import { assert, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import { canonicalJson } from "#core/value-table";
import type { Datatype } from "./datatype.ts";
import { type Char, textActionOf } from "./text-action.ts";

/** A change of a text by position. */
export type Edit =
  | { readonly insert: Char; readonly at: number }
  | { readonly erase: Json; readonly at: number };

/** The text, and the edits that made it: revision n is the text after the first n. */
export type Document = { readonly text: readonly Char[]; readonly edits: readonly Edit[] };

const EMPTY: Document = { text: [], edits: [] };

/** What an edit becomes once another was made before it; undefined: nothing is left to do. */
export type Transform = (edit: Edit, earlier: Edit) => Edit | undefined;

/**
 * Operational transformation with one order of edits (Nichols et al. 1995, Jupiter): an edit names a position in the revision
 * that its client saw, and the leader moves it past the edits made since. What is inserted at one place by two goes later first.
 * A position is all an edit remembers: text inserted after a character that others erased meanwhile stands where the character
 * was, and may swap with other text inserted there.
 * The client's context is the revision that it saw; without one it saw the newest.
 */
export const otWith = (transform: Transform): Datatype<Document> => ({
  update: (document = EMPTY, action, { context }) => {
    const change = textActionOf(action);
    const revision = revisionOf(context, document);
    const seen = revision === document.edits.length ? document.text : textAt(document, revision);
    if (change.f === "insert" && indexOf(document.text, change.id) >= 0)
      return { state: document, result: false };
    const edit: Edit =
      change.f === "insert"
        ? {
            insert: { id: change.id, char: change.char },
            at: change.after === null ? 0 : placeOf(seen, change.after, document) + 1,
          }
        : { erase: change.id, at: placeOf(seen, change.id, document) };
    let moved: Edit | undefined = edit;
    for (const earlier of document.edits.slice(revision))
      moved = moved === undefined ? undefined : transform(moved, earlier);
    if (moved === undefined) return { state: document };
    return { state: { text: edited(document.text, moved), edits: [...document.edits, moved] } };
  },
  merge: (a, b) => {
    const isPrefix = a.edits.every((edit, i) => canonicalJson(edit) === canonicalJson(b.edits[i] ?? null));
    assert(
      canonicalJson(a) === canonicalJson(b),
      isPrefix ? "two revisions of a text are ordered by a leader, not merged" : UNORDERED,
    );
    return a;
  },
  read: ({ text } = EMPTY) => text,
  context: ({ edits } = EMPTY) => edits.length,
  mergeContexts: (a, b) => Math.max(a as number, b as number),
});

export const UNORDERED =
  "operational transformation needs one order of edits: with several leaders its texts cannot be merged";

/** Later edits go before earlier ones at the same position; an erase of what is gone is done. */
export const transformed: Transform = (edit, earlier) => {
  if ("insert" in earlier) {
    const moves = "insert" in edit ? earlier.at < edit.at : earlier.at <= edit.at;
    return moves ? { ...edit, at: edit.at + 1 } : edit;
  }
  if ("erase" in edit && earlier.at === edit.at) return undefined;
  return earlier.at < edit.at ? { ...edit, at: edit.at - 1 } : edit;
};

export const ot = otWith(transformed);

export const edited = (text: readonly Char[], edit: Edit): readonly Char[] =>
  "insert" in edit ? text.toSpliced(edit.at, 0, edit.insert) : text.toSpliced(edit.at, 1);

const textAt = ({ edits }: Document, revision: number): readonly Char[] =>
  edits.slice(0, revision).reduce(edited, EMPTY.text);

function revisionOf(context: Json | undefined, { edits }: Document): number {
  if (context === undefined || context === null) return edits.length;
  if (typeof context === "number" && context >= 0 && context <= edits.length) return context;
  throw new OperationError(
    "rejected",
    `the text is at revision ${edits.length}, not yet at ${JSON.stringify(context)}`,
  );
}

function indexOf(text: readonly Char[], id: Json): number {
  const name = canonicalJson(id);
  return text.findIndex((one) => canonicalJson(one.id) === name);
}

function placeOf(seen: readonly Char[], id: Json, { edits }: Document): number {
  const at = indexOf(seen, id);
  if (at >= 0) return at;
  throw new OperationError(
    "rejected",
    `the text that was seen has no ${JSON.stringify(id)} (${edits.length})`,
  );
}
