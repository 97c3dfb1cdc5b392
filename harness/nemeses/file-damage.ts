import type { Damage } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import type { Json } from "#core/json";
import type { ActiveFault, NemesisContext } from "#core/nemesis";
import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { capable } from "./capable.ts";
import { takeDown } from "./crash.ts";
import { killIn } from "./kill.ts";

/** A store reads its files before it refuses to run on them: most of them within a second. */
const LOOKS_FIRST = 5 * SECOND;
const POLL = 200 * MILLISECOND;

/** Whether a node runs, and still does at that time. */
async function staysUp(
  { cluster, runtime }: NemesisContext,
  node: string,
  until: Nanoseconds,
): Promise<boolean> {
  for (;;) {
    if ((await cluster.state(node)) === "stopped") return false;
    if (runtime.now() >= until) return true;
    await runtime.sleep(POLL);
  }
}

interface Damaged {
  readonly node: string;
  readonly what: Json;
  /** Why the node did not start again, if it did not. */
  readonly refusal: string | undefined;
}

/**
 * Kills nodes, damages a file of each, and starts them again. A store that refuses to run on what it finds is right to: it gets
 * its bytes back when healed. One that runs keeps the damage.
 */
export async function damageFiles(
  context: NemesisContext,
  nodes: readonly string[],
  damage: Damage,
): Promise<ActiveFault> {
  const { cluster } = context;
  const disk = capable(cluster, "disk");
  const damaged: Damaged[] = [];
  for (const node of nodes) {
    await takeDown(context, node, killIn(context));
    const what = await disk.damage(node, damage).catch(async (error: unknown) => {
      await cluster.start(node);
      throw error;
    });
    const refusal = await cluster.start(node).then(() => undefined, messageOf);
    damaged.push({ node, what, refusal });
  }
  const looked = context.runtime.now() + LOOKS_FIRST;
  let outcomes: { readonly node: string; readonly ran: boolean }[] | undefined;
  return {
    nodes,
    effect: { damaged: damaged.map(({ node, what, refusal }) => ({ node, what, refusal: refusal ?? null })) },
    heal: async () => {
      if (outcomes === undefined) {
        const done = [];
        for (const { node } of damaged) {
          const ran = await staysUp(context, node, looked);
          await (ran ? disk.accept(node) : disk.repair(node));
          if (!ran) await cluster.start(node);
          if ((await cluster.state(node)) !== "running")
            throw new HarnessError("heal-failed", `${node} does not run although its files are whole again`);
          done.push({ node, ran });
        }
        outcomes = done;
      }
      return { outcomes };
    },
    hadEffect: () => outcomes !== undefined && damaged.length > 0,
  };
}
