import { integerOf, noSuchOperation } from "../arguments.ts";
import type { PlainType } from "../datatype.ts";

/** A number. Nothing joins two numbers so that both their increments count. */
export const counter: PlainType<number> = {
  initial: 0,
  apply: (count, action) => {
    if (action.f !== "increment") throw noSuchOperation("counter", action);
    return { state: count + integerOf(action) };
  },
  read: (count) => count,
};
