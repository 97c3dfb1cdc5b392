import type { Json } from "#core/json";
import type { Action } from "../protocol.ts";
import { badValue, fieldsOf, noSuchOperation } from "./arguments.ts";

/** A character as a read shows it. The client chose the id. */
export type Char = { readonly id: Json; readonly char: Json };

/** `after`: the id of the character on the left; null: the beginning. */
export type TextAction =
  | { readonly f: "insert"; readonly id: Json; readonly after: Json; readonly char: Json }
  | { readonly f: "erase"; readonly id: Json };

/** @throws OperationError `rejected` if it is no change of a text */
export function textActionOf(action: Action): TextAction {
  const { f } = action;
  if (f !== "insert" && f !== "erase") throw noSuchOperation("text", action);
  const expected = f === "insert" ? "{id, after, char}" : "{id}";
  const { id, after = null, char } = fieldsOf(action, expected);
  if (id === undefined || id === null) throw badValue(action, expected);
  if (f === "erase") return { f, id };
  if (char === undefined) throw badValue(action, expected);
  return { f, id, after, char };
}
