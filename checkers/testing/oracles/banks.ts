import type { Json } from "#core/json";
import type { Operation } from "../operations.ts";

const isRead = ({ f, status }: Operation): boolean => f === "read" && status === "ok";

const totalOf = ({ value }: Operation): number =>
  Object.values((value ?? {}) as Record<string, number>).reduce((sum, balance) => sum + balance, 0);

/** The balances after some transfers were carried out, one after the other, each of them whole. */
function after(balances: Record<string, number>, transfers: readonly Operation[]): Record<string, number> {
  const next = { ...balances };
  for (const { value } of transfers) {
    const { from, to, amount } = value as { from: string; to: string; amount: number };
    next[from] = (next[from] ?? 0) - amount;
    next[to] = (next[to] ?? 0) + amount;
  }
  return next;
}

/** Every choice among the transfers of a history. */
function choicesOf(operations: readonly Operation[]): Operation[][] {
  const transfers = operations.filter(({ f }) => f === "transfer");
  return Array.from({ length: 2 ** transfers.length }, (_, bits) =>
    transfers.filter((_one, i) => (bits & (1 << i)) !== 0),
  );
}

/** Reads whose total no choice among the transfers leaves. */
export function wrongTotals(operations: readonly Operation[], initial: Json): Operation[] {
  const totals = choicesOf(operations).map((choice) =>
    Object.values(after(initial as Record<string, number>, choice)).reduce((sum, one) => sum + one, 0),
  );
  return operations.filter((read) => isRead(read) && !totals.includes(totalOf(read)));
}

/** Whether two reads of the same accounts have different totals: no beginning explains both. */
export const hasTwoTotals = (operations: readonly Operation[]): boolean => {
  const reads = operations.filter(isRead);
  const names = ({ value }: Operation): string =>
    Object.keys((value ?? {}) as object)
      .toSorted()
      .join();
  return reads.some((a) => reads.some((b) => names(a) === names(b) && totalOf(a) !== totalOf(b)));
};
