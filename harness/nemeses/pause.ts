import { HarnessError } from "#core/errors";
import type { Fault } from "#core/nemesis";
import { resolveNodes } from "./resolve.ts";

/** Stops the processes of one node from running, and lets them run on afterwards. */
export const pause: Fault = {
  name: "pause-one",
  summary: "every process of one node stands still, then runs on",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "process",
  choose: (random, nodes) => ({ on: [random.pick(nodes)], parameters: {} }),
  start: standStill,
};

/** Pauses the leader, as it is when the time comes. */
export const pauseLeader: Fault = {
  name: "pause-leader",
  summary: "every process of the current leader stands still, then runs on",
  aimsAtLeader: true,
  mechanism: "process",
  choose: () => ({ on: ["leader"], parameters: {} }),
  start: standStill,
};

async function standStill(...[context, fault]: Parameters<Fault["start"]>): ReturnType<Fault["start"]> {
  const { cluster } = context;
  const nodes = await resolveNodes(context, fault);
  await Promise.all(nodes.map((node) => cluster.pause(node)));
  for (const node of nodes) {
    const state = await cluster.state(node);
    if (state !== "paused")
      throw new HarnessError("fault-failed", `${node} is ${state} although it was paused`);
  }
  let stayed = false;
  let healed = false;
  return {
    nodes,
    effect: { paused: nodes },
    heal: async () => {
      if (!healed) {
        stayed = (await Promise.all(nodes.map((node) => cluster.state(node)))).every(
          (state) => state === "paused",
        );
        await Promise.all(nodes.map((node) => cluster.resume(node)));
        healed = true;
      }
      return { resumed: nodes };
    },
    hadEffect: () => stayed,
  };
}
