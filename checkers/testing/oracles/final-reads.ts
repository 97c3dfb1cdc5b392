import type { Json } from "#core/json";
import type { ObjectType } from "#core/operation";
import type { Operation } from "../operations.ts";
import { isExplained } from "./counters.ts";
import { writtenValue } from "./version-order.ts";

const PUTS: readonly string[] = ["add", "append", "enqueue", "push", "insert"];

/** What an operation speaks of: a character of a text by its id. */
const nameOf = (element: Json): string =>
  JSON.stringify(
    typeof element === "object" && element !== null && "id" in element ? element["id"] : element,
  );

/** What final reads show although nothing that had begun by then can have put it there: each thing in each read. */
export const unexplainedInFinals = (operations: readonly Operation[], type: ObjectType): number =>
  operations
    .filter(({ f, status, final }) => final === true && status === "ok" && f === "read")
    .map((read) => {
      const begun = operations.filter(
        ({ key, status, inv }) => key === read.key && status !== "fail" && inv < read.ret,
      );
      if (type === "counter") return isExplained(begun, read) ? 0 : 1;
      if (type === "register")
        return read.value === null || begun.some((one) => writtenValue(one) === read.value) ? 0 : 1;
      const shown = (Array.isArray(read.value) ? (read.value as Json[]) : []).map(nameOf);
      const put = begun
        .filter(({ f, status, result }) => PUTS.includes(f) && !(status === "ok" && result === false))
        .map(({ value }) => nameOf(value));
      const timesIn = (names: readonly string[], name: string): number =>
        names.filter((one) => one === name).length;
      return [...new Set(shown)].filter((name) =>
        type === "list" ? timesIn(shown, name) > timesIn(put, name) : !put.includes(name),
      ).length;
    })
    .reduce((sum, count) => sum + count, 0);
