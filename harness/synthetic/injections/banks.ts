import type { Json } from "#core/json";
import { operationsOf, type Recording, valueOf } from "../recording.ts";
import { hasType, type Injection, isOk, tryEach } from "./injection.ts";

/** A read shows more, or less, on one account than there is. */
const missCount =
  (by: number): Injection["inject"] =>
  (recording, random) => {
    const reads = operationsOf(recording).filter((one) => one.f === "read" && isOk(one));
    return tryEach(reads, random, (read) => {
      const balances = { ...(valueOf(read) as Record<string, number> | null) };
      const accounts = Object.keys(balances);
      if (accounts.length === 0) return undefined;
      const account = random.pick(accounts);
      balances[account] = balances[account]! + by;
      read.completion!.value = balances as Json;
      return [read.invocation];
    });
  };

const isBank = (recording: Recording): boolean =>
  hasType(recording, "map") && recording.events.some(({ f }) => f === "transfer");

/** What reads of all accounts can show. */
export const bankInjections: readonly Injection[] = [
  { name: "money out of nothing", types: ["wrong-total"], applies: isBank, inject: missCount(1) },
  { name: "money gone", types: ["wrong-total"], applies: isBank, inject: missCount(-1) },
];
