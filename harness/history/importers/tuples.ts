import type { Json } from "#core/json";
import { KEYLESS } from "#core/object-specs";
import type { OperationFunction } from "#core/functions";
import { EventProblem } from "#core/raw-event";

/** Jepsen's independent keys: each value of a client is a tuple `[key value]`. */
export type Tuple = readonly [key: Json, value: Json];

export const isTuple = (value: Json | undefined): value is Tuple =>
  Array.isArray(value) && value.length === 2;

type Evidence = "keyed" | "plain" | "perhaps-keyed" | undefined;

/**
 * Whether a history's values are tuples of independent keys. Nothing in it says so: the first invocation that can be
 * nothing else decides, and a later one that contradicts it is refused.
 */
export class TupleMode {
  readonly #never: boolean;
  #keyed: boolean | undefined;
  /** Decided by an array of two, which a plain value may be as well. */
  #tentative = false;

  /** `never`: it was found out that pairs are plain values. */
  constructor(never = false) {
    this.#never = never;
  }

  /** Whether this invocation's value is a tuple. @throws EventProblem if it is not like those before */
  isKeyed(f: OperationFunction, value: Json | undefined): boolean {
    if (this.#never || KEYLESS.has(f)) return false;
    const evidence = evidenceOf(f, value);
    if (evidence === undefined) return this.#keyed === true && isTuple(value);
    if (this.#keyed === undefined || (this.#tentative && evidence === "keyed")) {
      this.#keyed = evidence !== "plain";
      this.#tentative = evidence === "perhaps-keyed";
    } else if (this.#keyed !== (evidence !== "plain") && evidence !== "perhaps-keyed") {
      throw this.#contradiction();
    }
    return this.#keyed === true;
  }

  #contradiction(): EventProblem {
    if (this.#tentative) return new PairsArePlain("value", "a tuple of key and value, like those before");
    return new EventProblem(
      "value",
      this.#keyed === true
        ? "a tuple of key and value, like those before"
        : "a value without key, like those before, but it looks like a tuple of key and value",
    );
  }
}

/** Pairs were taken for tuples of independent keys, but the history goes on without: it is to be read once more. */
export class PairsArePlain extends EventProblem {}

function evidenceOf(f: OperationFunction, value: Json | undefined): Evidence {
  switch (f) {
    case "read":
      if (!isTuple(value)) return "plain";
      return value[1] === null ? "keyed" : "perhaps-keyed";
    case "cas":
      if (!isTuple(value)) return undefined;
      return isTuple(value[1]) && !isTuple(value[0]) ? "keyed" : "plain";
    case "dequeue":
    case "drain":
    case "acquire":
    case "release":
      return isTuple(value) && value[1] === null ? "keyed" : undefined;
    default:
      return isTuple(value) ? "perhaps-keyed" : "plain";
  }
}
