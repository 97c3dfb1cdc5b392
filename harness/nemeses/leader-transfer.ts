import { HarnessError } from "#core/errors";
import type { Fault } from "#core/nemesis";
import { MILLISECOND } from "#core/units";
import { resolveNodes } from "./resolve.ts";

const POLL = 100 * MILLISECOND;

/** Leadership is handed over as the store itself offers it: no failure, and yet everybody must notice. */
export const leaderTransfer: Fault = {
  name: "leader-transfer",
  summary: "the leader is asked to hand leadership over to another node",
  aimsAtLeader: true,
  mechanism: "process",
  hook: "transferLeader",
  nodesMin: 2,
  outAtOnce: 0,
  choose: (random, nodes) => ({ on: random.shuffle(nodes), parameters: {} }),
  start: async (context, fault) => {
    const { runtime, leader, transferLeader } = context;
    if (transferLeader === undefined)
      throw new HarnessError("fault-failed", "the target has no way to hand leadership over");
    // Without knowing who led, nobody could say that leadership was handed over.
    const [before] = await resolveNodes(context, { ...fault, on: ["leader"] });
    const to = fault.on.find((node) => node !== before) ?? "";
    await transferLeader(to);
    const deadline = runtime.now() + fault.for;
    let after = await leader();
    while ((after === undefined || after === before) && runtime.now() < deadline) {
      await runtime.sleep(POLL);
      after = await leader();
    }
    const nodes = [before, after].filter((node) => node !== undefined);
    return {
      nodes: [...new Set(nodes)],
      effect: { from: before ?? null, to: after ?? null },
      // Nothing to take back: whoever leads now, leads.
      heal: async () => ({ leader: after ?? null }),
      hadEffect: () => after !== undefined && after !== before,
    };
  },
};
