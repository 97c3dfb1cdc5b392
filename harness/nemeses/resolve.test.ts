import { expect, test } from "vitest";
import type { NemesisContext, ScheduledFault } from "#core/nemesis";
import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { resolveNodes } from "./resolve.ts";

const FAULT: ScheduledFault = {
  id: 1,
  at: 0,
  for: SECOND,
  fault: "kill-leader",
  on: ["leader"],
  parameters: {},
};

/** A store with a paused node, which makes each question for the leader take a second, and with a leader from `since` on. */
function storeLedSince(since: Nanoseconds): NemesisContext {
  let now = 0;
  const runtime = { now: () => now, sleep: async (ns: Nanoseconds) => void (now += ns) };
  const leader = async (): Promise<string | undefined> => {
    const asked = now;
    now += SECOND;
    return asked >= since ? "n2" : undefined;
  };
  return { runtime, leader } as unknown as NemesisContext;
}

test("a leader that was elected while the question for it was under way is found", async () => {
  await expect(resolveNodes(storeLedSince(400 * MILLISECOND), FAULT)).resolves.toEqual(["n2"]);
});

test("where nobody leads for half of the fault's time, the fault fails", async () => {
  await expect(resolveNodes(storeLedSince(60 * SECOND), FAULT)).rejects.toThrow(
    "kill-leader: no leader is known",
  );
});
