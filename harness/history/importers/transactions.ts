import type { Json } from "#core/json";
import { EventProblem } from "#core/raw-event";
import { plainName } from "./jepsen-operation.ts";
import type { KeyNames } from "./key-names.ts";

/** Names of the steps of a transaction. */
const STEPS: Readonly<Record<string, string>> = {
  r: "r",
  read: "r",
  w: "w",
  write: "w",
  append: "append",
};

/** Whether a value is a non-empty list of steps `[:r key value]`. */
export const isTransaction = (value: Json | undefined): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((step) => Array.isArray(step) && step.length === 3 && STEPS[stepName(step[0] as Json)]);

const stepName = (word: Json): string =>
  typeof word === "string" && word.startsWith(":") ? word.slice(1) : "";

/** Steps `[:append 5 1]` as `["append", "5", 1]`. @throws EventProblem */
export function transaction(value: Json | undefined, keys: KeyNames): Json {
  if (!Array.isArray(value))
    throw new EventProblem("value", "a list of steps such as [:w :x 1] or [:r :x nil]");
  return value.map((step: Json) => {
    if (!Array.isArray(step) || step.length !== 3) {
      throw new EventProblem("value", "steps of three parts: what is done, the key, the value");
    }
    const name = plainName(step[0] as Json, "value");
    const known = STEPS[name];
    if (known === undefined) {
      throw new EventProblem("value", `steps of ${Object.keys(STEPS).join(", ")}, but one is "${name}"`);
    }
    return [known, keys.of(step[1] as Json), (step[2] ?? null) as Json];
  });
}
