import type { Json } from "#core/json";
import { badValue, fieldsOf, noSuchOperation } from "../arguments.ts";
import type { PlainType } from "../datatype.ts";

type Balances = { readonly [account: string]: number };

/**
 * Accounts and their balances, integers of at least 0: a transfer of more than there is has no effect and the result false.
 * A `write` of an object of balances opens the accounts; an account that nobody opened holds 0.
 */
export const map: PlainType<Balances> = {
  initial: {},
  apply: (balances, action) => {
    if (action.f === "write") return { state: balancesOf(action) };
    if (action.f !== "transfer") throw noSuchOperation("map", action);
    const { from, to, amount } = transferOf(action);
    const left = balanceOf(balances, from) - amount;
    if (left < 0) return { state: balances, result: false };
    const taken = { ...balances, [from]: left };
    return { state: sorted({ ...taken, [to]: balanceOf(taken, to) + amount }), result: true };
  },
  read: (balances) => balances,
};

const balanceOf = (balances: Balances, account: string): number =>
  Object.hasOwn(balances, account) ? balances[account]! : 0;

const isAmount = (value: Json | undefined): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

type Action = Parameters<PlainType["apply"]>[1];

function transferOf(action: Action): { from: string; to: string; amount: number } {
  const expected = "{from, to, amount} with a whole amount";
  const { from, to, amount } = fieldsOf(action, expected);
  const isName = (name: Json | undefined): name is string | number =>
    typeof name === "string" || typeof name === "number";
  if (!isName(from) || !isName(to) || !isAmount(amount)) throw badValue(action, expected);
  return { from: String(from), to: String(to), amount };
}

function balancesOf(action: Action): Balances {
  const expected = "an object of whole balances";
  const balances = fieldsOf(action, expected);
  if (!Object.values(balances).every(isAmount)) throw badValue(action, expected);
  return sorted(balances as Balances);
}

const sorted = (balances: Balances): Balances =>
  Object.fromEntries(Object.entries(balances).sort(([a], [b]) => (a < b ? -1 : 1)));
