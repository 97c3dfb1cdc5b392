import { type History, NONE } from "#core/history";
import { readBy, writtenBy } from "../registers/access.ts";
import { type RegisterValues, registerValues } from "../registers/register-values.ts";

/**
 * A guess at the version order of each key: by the lesser of the first return and the last invocation among the operations
 * that touched a version. On a linearizable key without compare-and-sets that is an order in which the versions may have
 * been current (Gibbons and Korach 1997). Only the speed of a search may depend on it.
 */
export class GuessedOrder {
  readonly #values: RegisterValues;
  readonly #latest: Int32Array;

  /** `rows`: the operations to guess by. */
  constructor(history: History, rows: Int32Array) {
    this.#values = registerValues(history);
    this.#latest = new Int32Array(history.valueCount).fill(NONE);
    const { invRank } = history;
    // Rows come in order of invocation: the last one stays.
    for (const row of rows) {
      const read = readBy(history, row);
      if (read >= 0) this.#latest[read] = invRank[row]!;
      const written = writtenBy(history, row);
      if (written >= 0) this.#latest[written] = invRank[row]!;
    }
  }

  /** Where a version may come in the order of its key; the lower, the earlier. */
  placeOf(value: number): number {
    return Math.min(this.#values.earliest[value]!, this.#latest[value]!);
  }
}
