import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Action } from "./document.ts";

/** A character as a read shows it. The client chose the id. */
export type Char = { readonly id: string; readonly char: string };

/** `after`: the id of the character on the left; null: the beginning. */
export type TextAction =
  | { readonly f: "insert"; readonly id: string; readonly after: string | null; readonly char: string }
  | { readonly f: "erase"; readonly id: string };

/** @throws OperationError `rejected` if it is no change of a text */
export function textActionOf(action: Action): TextAction {
  const { f } = action;
  const { id, after = null, char } = (action.value ?? {}) as Readonly<Record<string, Json>>;
  const isAfter = after === null || typeof after === "string";
  if (f === "erase" && typeof id === "string") return { f, id };
  if (f === "insert" && typeof id === "string" && isAfter && typeof char === "string")
    return { f, id, after, char };
  throw new OperationError("rejected", `${f} ${JSON.stringify(action.value)} is no change of a text`);
}

export const noSuchObject = (object: string): OperationError =>
  new OperationError("rejected", `documents hold no ${object}`);

export const noSuchOperation = (object: string, { f }: Action): OperationError =>
  new OperationError("rejected", `a ${object} has no ${f}`);

export const notHere = (id: string): OperationError =>
  new OperationError("rejected", `character ${id} has not arrived here`);

/** @throws OperationError `rejected` */
export function integerOf({ f, value }: Action): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new OperationError("rejected", `${f} ${JSON.stringify(value)}: expected an integer`);
}
