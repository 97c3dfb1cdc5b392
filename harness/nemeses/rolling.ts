import type { Json } from "#core/json";
import type { ActiveFault, NemesisContext, ScheduledFault } from "#core/nemesis";
import { inBackground } from "./background.ts";
import { bringUp, isNew, takeDown } from "./crash.ts";

/**
 * Takes the nodes of a fault down and starts them again, one after the other; their turns share the fault's time evenly.
 * @param downShare how much of its turn each node is down @param end says what is known of the loss
 */
export async function roll(
  context: NemesisContext,
  fault: ScheduledFault,
  downShare: number,
  end: (node: string) => Promise<Json>,
): Promise<ActiveFault> {
  const { runtime } = context;
  const turn = fault.for / fault.on.length;
  const restarted: Awaited<ReturnType<typeof bringUp>>[] = [];
  let down: Awaited<ReturnType<typeof takeDown>> | undefined;
  const raise = async (): Promise<void> => {
    if (down === undefined) return;
    restarted.push(await bringUp(context, down.node, down.incarnation));
    down = undefined;
  };
  const [first = "", ...rest] = fault.on;
  down = await takeDown(context, first, end);
  const begun = runtime.now();
  const rolling = inBackground(async (stop) => {
    // By the clock: what ending and starting take must not put off the turns of the others.
    const until = (after: number) => runtime.sleep(Math.max(0, begun + after - runtime.now()), stop);
    for (const [i, next] of [...rest, undefined].entries()) {
      await until(turn * (i + downShare));
      if (!stop.aborted) await raise();
      await until(turn * (i + 1));
      if (!stop.aborted && next !== undefined) down = await takeDown(context, next, end);
    }
  });
  return {
    nodes: fault.on,
    effect: { first },
    heal: async () => {
      await rolling.stop();
      await raise();
      return { restarted: [...restarted] };
    },
    hadEffect: () => restarted.length > 0 && restarted.every(isNew),
  };
}
