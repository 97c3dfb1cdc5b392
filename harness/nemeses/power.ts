import type { Fault } from "#core/nemesis";
import { capable } from "./capable.ts";
import { crash } from "./crash.ts";
import { resolveNodes } from "./resolve.ts";

const start: Fault["start"] = async (context, fault) => {
  const power = capable(context.cluster, "power");
  return crash(context, await resolveNodes(context, fault), (node) => power.cut(node));
};

/** One machine loses its power and gets it back: its process is gone, and so is what it had not synced. */
export const powerOne: Fault = {
  name: "power-one",
  summary: "one machine loses its power, and with it what it had not synced to disk",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "process",
  needs: ["power"],
  choose: (random, nodes) => ({ on: [random.pick(nodes)], parameters: {} }),
  start,
};

/** The leader's machine loses its power. */
export const powerLeader: Fault = {
  name: "power-leader",
  summary: "the machine of the current leader loses its power, and what was not synced",
  aimsAtLeader: true,
  mechanism: "process",
  needs: ["power"],
  choose: () => ({ on: ["leader"], parameters: {} }),
  start,
};

/** The lights go out: every machine at the same moment. What no disk was told to sync is gone everywhere. */
export const powerAll: Fault = {
  name: "power-all",
  summary: "all machines lose their power at once, and what none of them had synced",
  aimsAtLeader: false,
  merciless: "no majority is left",
  mechanism: "process",
  needs: ["power"],
  choose: (_random, nodes) => ({ on: [...nodes], parameters: {} }),
  start,
};
