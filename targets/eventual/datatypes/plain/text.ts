import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import { canonicalJson } from "#core/value-table";
import type { PlainType } from "../datatype.ts";
import { type Char, textActionOf } from "../text-action.ts";

/** Erased characters stay, unseen, so that others can still be inserted after them. */
type Written = Char & { readonly erased: boolean };

/** A text as one value: a character goes right after the one it names. */
export const text: PlainType<readonly Written[]> = {
  initial: [],
  apply: (chars, action) => {
    const change = textActionOf(action);
    const at = indexOf(chars, change.id);
    if (change.f === "erase") {
      const found = chars[at];
      if (found === undefined) throw unknownChar(change.id);
      return { state: found.erased ? chars : chars.with(at, { ...found, erased: true }) };
    }
    const { id, after, char } = change;
    if (at >= 0) return { state: chars, result: false };
    const left = after === null ? -1 : indexOf(chars, after);
    if (after !== null && left < 0) throw unknownChar(after);
    return { state: chars.toSpliced(left + 1, 0, { id, char, erased: false }) };
  },
  read: (chars) => chars.filter(({ erased }) => !erased).map(({ id, char }) => ({ id, char })),
  join,
};

/** What only the second text has goes after its left neighbour there; what one erased stays erased. */
function join(a: readonly Written[], b: readonly Written[]): readonly Written[] {
  let joined = a;
  let left = -1;
  for (const one of b) {
    const at = indexOf(joined, one.id);
    if (at < 0) joined = joined.toSpliced(left + 1, 0, one);
    else if (one.erased && !joined[at]!.erased) joined = joined.with(at, { ...joined[at]!, erased: true });
    left = at < 0 ? left + 1 : at;
  }
  return joined;
}

function indexOf(chars: readonly Written[], id: Json): number {
  const name = canonicalJson(id);
  return chars.findIndex((one) => canonicalJson(one.id) === name);
}

const unknownChar = (id: Json): OperationError =>
  new OperationError("rejected", `the text has no character ${JSON.stringify(id)}`);
