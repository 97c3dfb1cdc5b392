import { expect, test } from "vitest";
import { HarnessError } from "#core/errors";
import type { MembershipControl, NemesisContext, ScheduledFault } from "#core/nemesis";
import { SECOND } from "#core/units";
import { memberRemove, memberReplace } from "./member.ts";

const fault = (name: string): ScheduledFault => ({
  id: 1,
  at: 0,
  for: SECOND,
  fault: name,
  on: ["n2"],
  parameters: {},
});

/** A store that does as it is told, and notes it. @param trouble what removing fails with, after the node is out */
function storeOfThree(trouble?: HarnessError) {
  const done: string[] = [];
  const members = new Set(["n1", "n2", "n3"]);
  let running = true;
  const membership: MembershipControl = {
    members: async () => [...members],
    remove: async (node) => {
      if (trouble?.code === "quorum-at-risk") throw trouble;
      done.push(`remove ${node}`);
      members.delete(node);
      if (trouble !== undefined) throw trouble;
    },
    add: async (node) => {
      done.push(`add ${node}`);
      members.add(node);
      running = true;
    },
  };
  const cluster = {
    incarnation: async () => "1",
    kill: async (node: string) => {
      done.push(`kill ${node}`);
      running = false;
    },
    state: async () => (running ? "running" : "stopped"),
    machines: { replace: async (node: string) => void done.push(`replace ${node}`) },
  };
  return { context: { membership, cluster } as unknown as NemesisContext, done, members };
}

test("a removed node is out of the store's list until it is added again, once", async () => {
  const { context, done } = storeOfThree();
  const active = await memberRemove.start(context, fault("member-remove"));
  expect(active).toMatchObject({ nodes: ["n2"], effect: { members: ["n1", "n3"] } });
  expect(active.hadEffect()).toBe(false);
  const told = await active.heal();
  expect(told).toEqual({ members: ["n1", "n3", "n2"] });
  expect(await active.heal()).toEqual(told);
  expect(active.hadEffect()).toBe(true);
  expect(done).toEqual(["remove n2", "add n2"]);
});

test("a replaced node does not run again before it is added", async () => {
  const { context, done } = storeOfThree();
  const active = await memberReplace.start(context, fault("member-replace"));
  await active.heal();
  expect(done).toEqual(["remove n2", "kill n2", "replace n2", "add n2"]);
});

test("a removal that fails half-way is taken back", async () => {
  const { context, done, members } = storeOfThree(new HarnessError("fault-failed", "no answer"));
  await expect(memberRemove.start(context, fault("member-remove"))).rejects.toThrow("no answer");
  expect(done).toEqual(["remove n2", "add n2"]);
  expect(members).toContain("n2");
});

test("a removal that was refused leaves everything alone", async () => {
  const { context, done } = storeOfThree(new HarnessError("quorum-at-risk", "two would be left of four"));
  await expect(memberRemove.start(context, fault("member-remove"))).rejects.toThrow("two would be left");
  expect(done).toEqual([]);
});
