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

/**
 * A store with a paused node, which makes each question for the leader take a second, and with a leader from `since` on, in a run
 * whose operations end at `end`.
 */
function storeLedSince(since: Nanoseconds, end = Number.POSITIVE_INFINITY): NemesisContext {
  let now = 0;
  const stop = {
    get aborted() {
      return now >= end;
    },
  };
  const runtime = { now: () => now, sleep: async (ns: Nanoseconds) => void (now += ns) };
  const leader = async (): Promise<string | undefined> => {
    const asked = now;
    now += SECOND;
    return asked >= since ? "n2" : undefined;
  };
  return { runtime, stop, leader } as unknown as NemesisContext;
}

test("a leader that was elected while the question for it was under way is found", async () => {
  await expect(resolveNodes(storeLedSince(400 * MILLISECOND), FAULT)).resolves.toEqual(["n2"]);
});

test("an election may take longer than half of a short fault", async () => {
  await expect(resolveNodes(storeLedSince(4 * SECOND), FAULT)).resolves.toEqual(["n2"]);
});

test.each([
  [1, 6],
  [20, 11],
])("of a fault of %i s, where nobody leads for %i s: the fault fails", async (length, led) => {
  const fault = { ...FAULT, for: length * SECOND };
  await expect(resolveNodes(storeLedSince((led + 1) * SECOND), fault)).rejects.toThrow(
    "kill-leader: no leader is known",
  );
});

test.each([
  ["nobody leads yet", 60 * SECOND],
  ["a leader is found too late", 400 * MILLISECOND],
])("a fault that waits for a leader is not begun once the operations have ended: %s", async (_, since) => {
  const end = 500 * MILLISECOND;
  await expect(resolveNodes(storeLedSince(since, end), { ...FAULT, for: 10 * SECOND })).rejects.toThrow(
    "kill-leader: the operations ended before a leader was known",
  );
});
