import { FLAG, type History, NONE, STATUS } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS } from "#core/functions";

const READ = FUNCTIONS.indexOf("read");
const TRANSFER = FUNCTIONS.indexOf("transfer");
const TXN = FUNCTIONS.indexOf("txn");

/** A read of all accounts, and what they add up to. */
export interface TotalRead {
  readonly row: number;
  readonly total: bigint;
  /** The accounts that it shows. */
  readonly accounts: readonly string[];
}

/** One map of accounts. */
export interface Bank {
  readonly key: number;
  /** What there is to begin with; undefined: the header does not say. */
  readonly initial: bigint | undefined;
  readonly reads: readonly TotalRead[];
  /** Why not every read could be added up, or what may have changed the total besides transfers. */
  readonly undecided: string | undefined;
}

/** Every map that is read. O(operations + balances read). */
export function banksOf(history: History): Bank[] {
  const { f, key, status, flags } = history;
  const reads = new Map<number, number[]>();
  const strange = new Set<number>();
  let hasTransactions = false;
  for (let row = 0; row < history.length; row++) {
    if (f[row] === TXN && status[row] !== STATUS.fail) hasTransactions = true;
    if (key[row] === NONE || history.objectOf(key[row]!).type !== "map") continue;
    if (f[row] === READ && status[row] === STATUS.ok && (flags[row]! & FLAG.list) === 0) {
      const rows = reads.get(key[row]!) ?? [];
      rows.push(row);
      reads.set(key[row]!, rows);
    } else if (f[row] !== READ && f[row] !== TRANSFER && status[row] !== STATUS.fail) strange.add(key[row]!);
  }
  return [...reads].map(([bank, rows]) => {
    const begin = balancesOf(history.objectOf(bank).initial);
    const known = rows.map((row) => readOf(history, row, begin ?? new Map()));
    const partial = known.filter((read) => typeof read === "string");
    const other = strange.has(bank)
      ? "something else than transfers changed it"
      : hasTransactions
        ? "transactions may have changed it"
        : undefined;
    return {
      key: bank,
      initial: begin === undefined ? undefined : sum(begin),
      // What else changed the total, nobody can tell: nothing is accused then.
      reads: other === undefined ? known.filter((read) => typeof read !== "string") : [],
      undecided: other ?? partial[0],
    };
  });
}

/** An account that was there in the beginning is in every read of all accounts; one that was not may still have nothing. */
function readOf(history: History, row: number, initial: ReadonlyMap<string, bigint>): TotalRead | string {
  const value = history.value[row]!;
  const balances = value === NONE ? new Map<string, bigint>() : balancesOf(history.valueOf(value));
  if (balances === undefined) return "a read does not show a balance for each account";
  const missing = [...initial.keys()].find((account) => !balances.has(account));
  if (missing !== undefined) return `a read does not show the account ${missing}`;
  return { row, total: sum(balances), accounts: [...balances.keys()] };
}

const sum = (balances: ReadonlyMap<string, bigint>): bigint =>
  [...balances.values()].reduce((total, balance) => total + balance, 0n);

/** Integers by account, those beyond 2^53 as decimal strings; undefined: it is something else. */
function balancesOf(value: Json): Map<string, bigint> | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  const balances = new Map<string, bigint>();
  for (const [account, balance] of Object.entries(value as Record<string, Json>)) {
    if (typeof balance === "number" && Number.isSafeInteger(balance)) balances.set(account, BigInt(balance));
    else if (typeof balance === "string" && /^-?\d+$/.test(balance)) balances.set(account, BigInt(balance));
    else return undefined;
  }
  return balances;
}
