import { HarnessError } from "#core/errors";
import type { Json } from "#core/json";
import type { ActiveFault, NemesisContext } from "#core/nemesis";

type Restart = { readonly node: string; readonly before: string; readonly after: string };

/** Ends a node's processes somehow and confirms it. @param end says what is known of the loss @throws HarnessError `fault-failed` */
export async function takeDown(
  { cluster }: NemesisContext,
  node: string,
  end: (node: string) => Promise<Json>,
): Promise<{ readonly node: string; readonly incarnation: string; readonly loss: Json }> {
  const incarnation = await cluster.incarnation(node);
  const loss = await end(node);
  const state = await cluster.state(node);
  if (state !== "stopped") throw new HarnessError("fault-failed", `${node} is still ${state} after its end`);
  return { node, incarnation, loss };
}

/** Starts a node again and confirms it. @throws HarnessError `heal-failed` */
export async function bringUp({ cluster }: NemesisContext, node: string, before: string): Promise<Restart> {
  await cluster.start(node);
  const state = await cluster.state(node);
  if (state !== "running") throw new HarnessError("heal-failed", `${node} is ${state} after its restart`);
  return { node, before, after: await cluster.incarnation(node) };
}

/** Takes nodes down, all at once, and starts them again when healed. Proved by new incarnations. */
export async function crash(
  context: NemesisContext,
  nodes: readonly string[],
  end: (node: string) => Promise<Json>,
): Promise<ActiveFault> {
  const down = await Promise.all(nodes.map((node) => takeDown(context, node, end)));
  let restarted: Restart[] | undefined;
  return {
    nodes,
    effect: {
      killed: down.map(({ node, incarnation, loss }) =>
        loss === null ? { node, incarnation } : { node, incarnation, loss },
      ),
    },
    heal: async () => {
      restarted ??= await Promise.all(
        down.map(({ node, incarnation }) => bringUp(context, node, incarnation)),
      );
      return { restarted };
    },
    hadEffect: () => restarted !== undefined && restarted.every(isNew),
  };
}

export const isNew = ({ before, after }: Restart): boolean => before !== after;
