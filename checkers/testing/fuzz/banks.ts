import type { Json } from "#core/json";
import { bank } from "../../bank/bank.ts";
import { type ObjectRuns, objectRuns } from "../arbitrary-objects.ts";
import { headerOf } from "../operations.ts";
import { hasTwoTotals, wrongTotals } from "../oracles/banks.ts";
import { type FuzzCase, verdictCase } from "./fuzz-case.ts";

const ACCOUNTS = ["a", "b", "c"];
type Balances = Record<string, number>;

/** Transfers between three accounts, and reads of all of them; lies take or add a little, or leave out what one account has. */
const banksFrom = (initial: Balances): ObjectRuns<Balances> => ({
  start: () => ({ ...initial }),
  ask: (f, choice) => {
    if (f < 50) return { f: "read", value: null };
    const [from, to] = [ACCOUNTS[choice % 3]!, ACCOUNTS[(choice + 1 + (f % 2)) % 3]!];
    return { f: "transfer", value: { from, to, amount: 1 + (choice % 5) } };
  },
  perform: (balances, operation, lies, choice) => {
    if (operation.f === "transfer") {
      const { from, to, amount } = operation.value as { from: string; to: string; amount: number };
      balances[from]! -= amount;
      balances[to]! += amount;
    } else if (operation.status === "ok") {
      const account = ACCOUNTS[choice % 3]!;
      const change = lies ? (choice % 2 === 0 ? 1 : -(balances[account] ?? 0)) : 0;
      operation.value = { ...balances, [account]: balances[account]! + change } as Json;
    }
  },
});

const bankCase = (title: string, initial: Balances, isTold: boolean): FuzzCase =>
  verdictCase({
    title,
    checker: bank,
    model: "preserved-total",
    header: headerOf({ type: "map", initial: isTold ? initial : null }),
    runs: objectRuns(banksFrom(initial), { sessions: 3, operations: 9, lies: 30 }),
    holds: (operations) =>
      isTold ? wrongTotals(operations, initial).length === 0 : !hasTwoTotals(operations),
    open: "nothing",
  });

/** Accounts between which is transferred. */
export const bankCases: readonly FuzzCase[] = [
  bankCase("empty accounts", { a: 0, b: 0, c: 0 }, true),
  bankCase("accounts with something on them", { a: 7, b: -2, c: 4 }, true),
  bankCase("accounts of an unknown beginning", { a: 7, b: -2, c: 4 }, false),
];
