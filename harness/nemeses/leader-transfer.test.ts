import { expect, test } from "vitest";
import type { NemesisContext, ScheduledFault } from "#core/nemesis";
import { type Nanoseconds, SECOND } from "#core/units";
import { leaderTransfer } from "./leader-transfer.ts";

const FAULT: ScheduledFault = {
  id: 1,
  at: 0,
  for: 4 * SECOND,
  fault: "leader-transfer",
  on: ["n1", "n2", "n3"],
  parameters: {},
};

/** A store whose leader is known from `since` on. @param obeys whether it hands over when asked */
function storeLedSince(since: Nanoseconds, obeys = true): NemesisContext {
  let now = 0;
  let leading = "n1";
  return {
    runtime: { now: () => now, sleep: async (ns: Nanoseconds) => void (now += ns) },
    stop: new AbortController().signal,
    leader: async () => (now >= since ? leading : undefined),
    transferLeader: async (to: string) => {
      if (obeys) leading = to;
    },
  } as unknown as NemesisContext;
}

test("leadership goes to another node", async () => {
  const active = await leaderTransfer.start(storeLedSince(0), FAULT);
  expect(active.effect).toEqual({ from: "n1", to: "n2" });
  expect(active.hadEffect()).toBe(true);
});

test("who led is known before anybody is asked", async () => {
  const active = await leaderTransfer.start(storeLedSince(SECOND), FAULT);
  expect(active.effect).toEqual({ from: "n1", to: "n2" });
  await expect(leaderTransfer.start(storeLedSince(60 * SECOND), FAULT)).rejects.toThrow("no leader is known");
});

test("leadership that stays where it was is no effect", async () => {
  const active = await leaderTransfer.start(storeLedSince(SECOND, false), FAULT);
  expect(active.hadEffect()).toBe(false);
});
