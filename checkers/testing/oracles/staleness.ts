import type { Json } from "#core/json";
import type { VersionOrder } from "#core/operation";
import type { Operation } from "../operations.ts";
import { readValue, writtenValue } from "./version-order.ts";

/** Least number of versions, and least time, that a read can have been behind. */
export interface Staleness {
  readonly versions: number;
  readonly behind: number;
}

/**
 * By trying every total order of the operations on one key that respects real time and puts each write before the reads of
 * its value – reads need not be current. A read is as many versions behind as there are writes between its own and itself,
 * and as long as the first of them had taken effect; the least over all orders. With `order` "value", the writes must come
 * in the order of their values, and writes nobody read may be left out.
 */
export function stalenessOf(
  read: Operation,
  operations: readonly Operation[],
  order: VersionOrder,
): Staleness {
  const value = readValue(read)!.value;
  let least = { versions: Number.POSITIVE_INFINITY, behind: Number.POSITIVE_INFINITY };
  for (const line of linesOf(relevant(operations), order)) {
    const at = line.indexOf(read);
    const from = line.findIndex((operation) => writtenValue(operation) === value);
    const between = line.filter(
      (operation, i) => i > from && i < at && writtenValue(operation) !== undefined,
    );
    least = {
      versions: Math.min(least.versions, between.length),
      behind: Math.min(least.behind, between.length === 0 ? 0 : gap(line, line.indexOf(between[0]!), at)),
    };
  }
  return least;
}

/** The least time between two instants of an order, all instants lying inside their intervals. */
function gap(line: readonly Operation[], earlier: number, later: number): number {
  const soonest = Math.max(...line.slice(0, later + 1).map(({ inv }) => inv));
  const latest = Math.min(...line.slice(earlier).map(({ ret }) => ret));
  return Math.max(0, soonest - latest);
}

/** Successful operations, and the indefinite writes that somebody read. */
function relevant(operations: readonly Operation[]): Operation[] {
  const seen = new Set<Json>(operations.flatMap((operation) => readValue(operation)?.value ?? []));
  return operations.filter(
    (operation) =>
      operation.status === "ok" || (operation.status === "info" && seen.has(writtenValue(operation) ?? null)),
  );
}

function linesOf(operations: readonly Operation[], order: VersionOrder): Operation[][] {
  const mustPrecede = (a: Operation, b: Operation): boolean => {
    const [written, read] = [writtenValue(a), readValue(b)];
    if (a.ret < b.inv || (written !== undefined && read?.value === written)) return true;
    const other = writtenValue(b);
    return (
      order === "value" && written !== undefined && other !== undefined && Number(written) < Number(other)
    );
  };
  const extend = (prefix: readonly Operation[]): Operation[][] => {
    const rest = operations.filter((operation) => !prefix.includes(operation));
    if (rest.length === 0) return [[...prefix]];
    const next = rest.filter((one) => rest.every((other) => other === one || !mustPrecede(other, one)));
    return next.flatMap((one) => extend([...prefix, one]));
  };
  return extend([]);
}
