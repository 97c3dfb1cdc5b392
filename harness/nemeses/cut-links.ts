import type { Cluster, Link } from "#core/cluster";
import { HarnessError } from "#core/errors";
import type { ActiveFault } from "#core/nemesis";

/** Blocks links and tries one of them. @throws HarnessError `fault-failed` if it is not cut */
export async function blockVerified(cluster: Cluster, links: readonly Link[]): Promise<void> {
  const [probe] = links;
  if (probe === undefined) throw new HarnessError("fault-failed", "a partition needs nodes on both sides");
  await cluster.block(links);
  if (await cluster.reachable(probe.from, probe.to)) {
    throw new HarnessError(
      "fault-failed",
      `${probe.from} still reaches ${probe.to} although the link is cut`,
    );
  }
}

/** A partition: these links are cut until it is healed. Proved by the packets dropped. */
export async function cutLinks(
  cluster: Cluster,
  nodes: readonly string[],
  links: readonly Link[],
): Promise<ActiveFault> {
  const before = await cluster.dropped(links);
  await blockVerified(cluster, links);
  let dropped: number | undefined;
  return {
    nodes,
    effect: { links: links.length },
    heal: async () => {
      if (dropped === undefined) {
        const count = (await cluster.dropped(links)) - before;
        await cluster.unblock(links);
        dropped = count;
      }
      return { dropped };
    },
    hadEffect: () => (dropped ?? 0) > 0,
  };
}
