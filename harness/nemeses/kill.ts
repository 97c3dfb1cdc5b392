import type { Fault, NemesisContext } from "#core/nemesis";
import { crash } from "./crash.ts";
import { resolveNodes } from "./resolve.ts";

/** SIGKILL, as an end for `crash`. */
export const killIn =
  ({ cluster }: NemesisContext) =>
  async (node: string): Promise<null> => {
    await cluster.kill(node);
    return null;
  };

const start: Fault["start"] = async (context, fault) =>
  crash(context, await resolveNodes(context, fault), killIn(context));

/** Kills the processes of one node (SIGKILL) and starts them again with the data they left. */
export const kill: Fault = {
  name: "kill-one",
  summary: "SIGKILL to every process of one node, started again afterwards",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "process",
  choose: (random, nodes) => ({ on: [random.pick(nodes)], parameters: {} }),
  start,
};

/** Kills the leader, as it is when the time comes. */
export const killLeader: Fault = {
  name: "kill-leader",
  summary: "SIGKILL to every process of the current leader, started again afterwards",
  aimsAtLeader: true,
  mechanism: "process",
  choose: () => ({ on: ["leader"], parameters: {} }),
  start,
};

/** Kills every node at once: what is left is what their disks hold. */
export const killAll: Fault = {
  name: "kill-all",
  summary: "SIGKILL to every process of every node at once, started again afterwards",
  aimsAtLeader: false,
  merciless: "no majority is left",
  mechanism: "process",
  choose: (_random, nodes) => ({ on: [...nodes], parameters: {} }),
  start,
};
