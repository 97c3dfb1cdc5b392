import type { VersionOrder } from "#core/operation";
import type { Operation } from "../operations.ts";
import { certainlyBefore, readValue, writtenValue } from "./version-order.ts";

export type Guarantee = "read-your-writes" | "monotonic-reads" | "monotonic-writes" | "writes-follow-reads";

/**
 * The guarantees that some pair of operations of a session breaks for certain (Terry et al. 1994): the second one touches a
 * version that precedes the version the first one touched. Reads that no write explains are left out.
 */
export function brokenGuarantees(operations: readonly Operation[], order: VersionOrder): Set<Guarantee> {
  const broken = new Set<Guarantee>();
  for (const key of new Set(operations.map((operation) => operation.key))) {
    const ofKey = operations.filter((operation) => operation.key === key && !operation.final);
    const before = certainlyBefore(ofKey, order);
    for (const first of ofKey) {
      for (const second of ofKey) {
        if (first.session !== second.session || first.status !== "ok" || !(first.ret < second.inv)) continue;
        for (const [guarantee, newer, older] of pairs(first, second, ofKey)) {
          if (order === "single-writer" && guarantee.includes("write") && guarantee !== "read-your-writes")
            continue;
          if (before(older, newer)) broken.add(guarantee);
        }
      }
    }
  }
  return broken;
}

type Version = ReturnType<typeof writtenValue>;

/** What each guarantee compares of the two: the version of the first and that of the second. */
function pairs(
  first: Operation,
  second: Operation,
  all: readonly Operation[],
): [Guarantee, NonNullable<Version> | null, NonNullable<Version> | null][] {
  const [read1, read2] = [explained(first, all), explained(second, all)];
  const [write1, write2] = [writtenValue(first), happened(second, all) ? writtenValue(second) : undefined];
  const compared = [
    ["read-your-writes", write1, read2],
    ["monotonic-reads", read1, read2],
    ["monotonic-writes", write1, write2],
    ["writes-follow-reads", read1, write2],
  ] as const;
  return compared.flatMap(([guarantee, newer, older]) =>
    newer === undefined || older === undefined
      ? []
      : [[guarantee, newer, older] as [Guarantee, typeof newer, typeof older]],
  );
}

/** The value read, if it is the initial one or some write that had begun explains it. */
function explained(operation: Operation, all: readonly Operation[]): Version {
  const read = readValue(operation);
  if (read === undefined) return undefined;
  const from = all.find((other) => writtenValue(other) === read.value);
  return read.value === null || (from !== undefined && from.inv < operation.ret) ? read.value : undefined;
}

/** An indefinite write certainly happened if somebody read its value. */
const happened = (write: Operation, all: readonly Operation[]): boolean =>
  write.status === "ok" ||
  all.some((other) => readValue(other)?.value === write.value && other.ret > write.inv);

/** The guarantees about reads that hold in no order of the versions of some key, by trying to build one. */
export function impossibleGuarantees(operations: readonly Operation[]): Set<Guarantee> {
  const impossible = new Set<Guarantee>();
  for (const key of new Set(operations.map((operation) => operation.key))) {
    const ofKey = operations.filter((operation) => operation.key === key && !operation.final);
    const versions = ofKey.flatMap((operation) => writtenValue(operation) ?? []);
    for (const guarantee of ["read-your-writes", "monotonic-reads"] as const) {
      if (!someOrderFits([...new Set(versions)], demandsOf(guarantee, ofKey))) impossible.add(guarantee);
    }
  }
  return impossible;
}

/** Pairs of versions of which the first may not come after the second. */
function demandsOf(guarantee: Guarantee, all: readonly Operation[]): [Version, Version][] {
  return all.flatMap((first) =>
    all
      .filter((second) => first.session === second.session && first.status === "ok" && first.ret < second.inv)
      .map((second): [Version, Version] => [
        guarantee === "read-your-writes" ? writtenValue(first) : explained(first, all),
        explained(second, all),
      ])
      .filter(([one, other]) => one !== undefined && other !== undefined),
  );
}

/** Whether the versions can be put in some order, the initial one first; each next one must not have to wait for another. */
function someOrderFits(versions: readonly Version[], demands: readonly [Version, Version][]): boolean {
  if (demands.some(([first, second]) => second === null && first !== null)) return false;
  if (versions.length === 0) return true;
  return versions.some((next) => {
    const waits = demands.some(
      ([first, second]) => second === next && first !== next && versions.includes(first),
    );
    return (
      !waits &&
      someOrderFits(
        versions.filter((version) => version !== next),
        demands,
      )
    );
  });
}
