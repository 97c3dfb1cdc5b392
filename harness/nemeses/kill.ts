import { HarnessError } from "#core/errors";
import type { Fault } from "#core/nemesis";
import { resolveNodes } from "./resolve.ts";

/** Kills the processes of one node (SIGKILL) and starts them again with the data they left. */
export const kill: Fault = {
  name: "kill-one",
  summary: "SIGKILL to every process of one node, started again afterwards",
  aimsAtLeader: false,
  mechanism: "process",
  choose: (random, nodes) => ({ on: [random.pick(nodes)], parameters: {} }),
  start: killAndRestart,
};

/** Kills the leader, as it is when the time comes. */
export const killLeader: Fault = {
  name: "kill-leader",
  summary: "SIGKILL to every process of the current leader, started again afterwards",
  aimsAtLeader: true,
  mechanism: "process",
  choose: () => ({ on: ["leader"], parameters: {} }),
  start: killAndRestart,
};

async function killAndRestart(...[context, fault]: Parameters<Fault["start"]>): ReturnType<Fault["start"]> {
  const { cluster } = context;
  const nodes = await resolveNodes(context, fault);
  const before = await Promise.all(nodes.map((node) => cluster.incarnation(node)));
  await Promise.all(nodes.map((node) => cluster.kill(node)));
  for (const node of nodes) {
    const state = await cluster.state(node);
    if (state !== "stopped")
      throw new HarnessError("fault-failed", `${node} is still ${state} after SIGKILL`);
  }
  let restarted: { node: string; before: string; after: string }[] | undefined;
  return {
    nodes,
    effect: { killed: nodes.map((node, i) => ({ node, incarnation: before[i] ?? "" })) },
    heal: async () => {
      restarted ??= await Promise.all(
        nodes.map(async (node, i) => {
          await cluster.start(node);
          const state = await cluster.state(node);
          if (state !== "running")
            throw new HarnessError("heal-failed", `${node} is ${state} after its restart`);
          return { node, before: before[i] ?? "", after: await cluster.incarnation(node) };
        }),
      );
      return { restarted };
    },
    hadEffect: () => restarted !== undefined && restarted.every(({ before: old, after }) => old !== after),
  };
}
