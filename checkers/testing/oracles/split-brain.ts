import type { Json } from "#core/json";
import type { Operation } from "../operations.ts";

const succeeded = ({ f, status, result }: Operation): boolean =>
  f === "cas" && status === "ok" && result !== false;

/** Values of one register, null at first, that more compare-and-sets left for another than operations can have set. */
export function forkedValues(operations: readonly Operation[]): Json[] {
  const expected = new Set(operations.filter(succeeded).map((one) => one.expected ?? null));
  return [...expected].filter((from) => {
    const leaving = operations.filter(
      (one) => succeeded(one) && (one.expected ?? null) === from && one.value !== from,
    );
    const setting = operations.filter(
      ({ f, status, result, value, expected: old }) =>
        status !== "fail" &&
        value === from &&
        (f === "write" || f === "delete" || (f === "cas" && result !== false)) &&
        !(f === "cas" && status === "ok" && (old ?? null) === from),
    );
    return leaving.length > Math.max(1, setting.length + (from === null ? 1 : 0));
  });
}

/** Whether two sessions certainly held one lock at the same instant. */
export function heldTwice(operations: readonly Operation[]): boolean {
  const counted = operations.filter(({ status }) => status !== "fail");
  const isGranted = ({ status, result }: Operation): boolean => status === "ok" && result !== false;
  const acquires = counted.filter((one) => one.f === "acquire" && isGranted(one));
  /** The release that the session sent next, unless something else of it may have ended or renewed the hold. */
  const releaseOf = (acquire: Operation): Operation | undefined => {
    const own = counted.filter(({ session }) => session === acquire.session);
    const [next] = own.filter(({ inv }) => inv > acquire.inv).toSorted((a, b) => a.inv - b.inv);
    if (next?.f !== "release" || !isGranted(next) || next.inv < acquire.ret) return undefined;
    const isUnsure = own.some((one) => one.f === "release" && one.status === "info" && one.inv < next.inv);
    return isUnsure ? undefined : next;
  };
  return acquires.some((one) => {
    const release = releaseOf(one);
    if (release === undefined) return false;
    return acquires.some((other) => {
      if (other.session === one.session) return false;
      if (other.inv > one.ret && other.ret < release.inv) return true;
      const end = releaseOf(other);
      return end !== undefined && Math.max(one.ret, other.ret) < Math.min(release.inv, end.inv);
    });
  });
}
