import type { ClusterContext } from "#core/cluster";
import { messageOf } from "#core/errors";
import type { Json } from "#core/json";
import { SECOND } from "#core/units";
import { openChannel } from "./connection.ts";
import type { RabbitOptions } from "./options.ts";

/** Product, version and cluster of every broker, as it introduces itself to clients. */
export async function describe({ runtime, cluster, options }: ClusterContext<RabbitOptions>): Promise<Json> {
  const entries = await Promise.all(
    cluster.nodes.map(async (node): Promise<[string, Json]> => {
      try {
        const { channel, close } = await openChannel(runtime, cluster.endpoint(node), SECOND);
        const { product, version, platform } = channel.connection.serverProperties;
        close();
        return [node, { product, version, platform }];
      } catch (error) {
        return [node, { problem: messageOf(error) }];
      }
    }),
  );
  return {
    queues: options.queueType,
    partitionHandling: options.partitionHandling,
    nodes: Object.fromEntries(entries),
  };
}
