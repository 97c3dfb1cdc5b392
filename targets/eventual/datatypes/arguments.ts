import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Action } from "../protocol.ts";

/** The type has no such operation. */
export const noSuchOperation = (type: string, { f }: Action): OperationError =>
  new OperationError("rejected", `a ${type} has no ${f}`);

/** The operation's value is not what it must be. */
export const badValue = ({ f, value }: Action, expected: string): OperationError =>
  new OperationError("rejected", `${f} ${JSON.stringify(value)}: expected ${expected}`);

/** @throws OperationError `rejected` */
export function integerOf(action: Action): number {
  if (typeof action.value !== "number" || !Number.isSafeInteger(action.value))
    throw badValue(action, "an integer");
  return action.value;
}

/** @throws OperationError `rejected` */
export function fieldsOf(action: Action, expected: string): { readonly [name: string]: Json } {
  const { value } = action;
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw badValue(action, expected);
  return value as { readonly [name: string]: Json };
}
