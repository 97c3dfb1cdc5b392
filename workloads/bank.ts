import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import type { Invocation } from "#core/operation";
import type { Workload, WorkloadRun } from "#core/workload";
import { type Visit, visits } from "../harness/generators/visits.ts";
import { AccountRegisters } from "./application/account-registers.ts";
import { without } from "./application/updates.ts";

const optionsSchema = z.object({
  accounts: z
    .enum(["store", "registers"])
    .default("store")
    .describe(
      "who transfers: store = an operation of the store; registers = the client, that keeps each account in a register, reads both and writes both",
    ),
  accountCount: z.int().min(2).default(6).describe("accounts between which is transferred"),
  largest: z.int().min(1).default(5).describe("largest amount of a transfer"),
  readRatio: z.number().min(0).max(1).default(0.4).describe("share of operations that read all accounts"),
});
type Options = z.infer<typeof optionsSchema>;

const BANK = "bank";

/**
 * Money goes from account to account, and reads show all accounts at once. Whatever transfers a read has seen, each of them takes as much
 * from one account as it gives to another: the total stays what it was (`preserved-total`, `wrong-total`). Accounts begin with nothing and
 * may be overdrawn, so the total is always 0 and nothing has to be filled in first. Totals hold under strong settings only: where a
 * transfer is two writes, reads see it half done, concurrent ones overwrite each other, and a client that dies in between leaves it half done for good
 * (`--accounts registers`). Source: the bank test of Jepsen.
 */
export const bank: Workload<Options> = {
  name: "bank",
  summary: "transfers between accounts and reads of all of them: the total must never change",
  options: optionsSchema,
  objects: [{ keys: BANK, type: "map", initial: {}, order: "unknown", uniqueWrites: false, siblings: false }],
  models: ["preserved-total", "convergence"],
  application: ({ accounts, accountCount }) =>
    accounts === "store" ? undefined : new AccountRegisters(namesOf(accountCount)),
  expectations: ({ accounts }, claims) =>
    accounts === "store" ? claims : without(claims, ["preserved-total"]),
  create: ({ options }) => transfers(options),
};

const namesOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `account-${i + 1}`);

function transfers({ accountCount, largest, readRatio }: Options): WorkloadRun {
  const names = namesOf(accountCount);
  const readAll: Invocation = { f: "read", key: BANK, value: null, object: "map" };

  function* read(): Visit {
    yield { ...readAll };
  }

  function* transfer({ random }: GeneratorContext): Visit {
    const [from, to] = random.shuffle(names) as [string, string];
    const value = { from, to, amount: random.between(1, largest) };
    yield { f: "transfer", key: BANK, value, object: "map" };
  }

  return {
    generator: visits((context) => (context.random.chance(readRatio) ? read() : transfer(context))),
    finalReads: () => [{ ...readAll }],
  };
}
