import type { ActiveFault, Fault, NemesisContext, ScheduledFault } from "#core/nemesis";
import type { Random } from "#core/random";
import { capable } from "../../nemeses/capable.ts";
import { resolveNodes } from "../../nemeses/resolve.ts";
import type { OwnFault } from "./cluster-file.ts";

/** A fault made of the user's commands: in force while `verify` says so. */
export const ownFault = (name: string, { on, summary }: OwnFault): Fault => ({
  name,
  summary,
  aimsAtLeader: on === "leader",
  mechanism: "process",
  needs: ["commands"],
  choose: (random, nodes) => ({ on: chosen(on, random, nodes), parameters: {} }),
  start: (context, fault) => begin(name, context, fault),
});

function chosen(on: OwnFault["on"], random: Random, nodes: readonly string[]): string[] {
  const majority = Math.floor(nodes.length / 2) + 1;
  switch (on) {
    case "leader":
      return ["leader"];
    case "all":
      return [...nodes];
    case "one":
      return [random.pick(nodes)];
    case "minority":
      return random.shuffle(nodes).slice(0, Math.max(1, nodes.length - majority));
    case "majority":
      return random.shuffle(nodes).slice(0, majority);
  }
}

async function begin(name: string, context: NemesisContext, fault: ScheduledFault): Promise<ActiveFault> {
  const commands = capable(context.cluster, "commands");
  const nodes = await resolveNodes(context, fault);
  await commands.begin(name, nodes);
  let stayed: boolean | undefined;
  return {
    nodes,
    effect: { verified: [...nodes] },
    heal: async () => {
      stayed ??= (await Promise.all(nodes.map((node) => commands.inForce(name, node)))).every(Boolean);
      await commands.end(name, nodes);
      return { inForceUntilHealed: stayed };
    },
    hadEffect: () => stayed === true,
  };
}
