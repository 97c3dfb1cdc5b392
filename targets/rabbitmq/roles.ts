import type { ClusterContext } from "#core/cluster";
import { messageOf } from "#core/errors";
import { SECOND, type Nanoseconds } from "#core/units";
import { type OpenChannel, openChannel } from "./connection.ts";
import { REPLY, replyCode } from "./errors.ts";
import type { RabbitOptions } from "./options.ts";

type Context = ClusterContext<RabbitOptions>;

const ANSWER_MAX: Nanoseconds = 2 * SECOND;

/** Ready: every broker takes connections, and all of them know of a queue that the first one has just made. */
export async function notReady({ runtime, cluster }: Context): Promise<string | undefined> {
  const opened = await Promise.allSettled(
    cluster.nodes.map(async (node) => openChannel(runtime, cluster.endpoint(node), ANSWER_MAX)),
  );
  const channels = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const cancel = runtime.after(ANSWER_MAX, () => closeAll(channels));
  try {
    const closed = opened.flatMap((one, i) =>
      one.status === "rejected" ? [`${cluster.nodes[i]}: ${messageOf(one.reason)}`] : [],
    );
    return closed.length > 0 ? closed.join("; ") : await strangers(channels);
  } finally {
    cancel();
    closeAll(channels);
  }
}

/** Who is not of one cluster with the first. */
async function strangers([first, ...others]: readonly OpenChannel[]): Promise<string | undefined> {
  if (first === undefined) return "no broker";
  // A queue of one connection, which other brokers of the same cluster know and refuse to touch. The broker names it: that of a
  // connection just closed may still be there.
  let probe: string;
  try {
    ({ queue: probe } = await first.channel.assertQueue("", { exclusive: true, durable: false }));
  } catch (error) {
    return `${first.node}: ${messageOf(error)}`;
  }
  const problems = await Promise.all(
    others.map(async ({ node, channel }) => {
      try {
        await channel.checkQueue(probe);
        return `${node} lets others use a queue of ${first.node}'s`;
      } catch (error) {
        if (replyCode(error) === REPLY.resourceLocked) return undefined;
        return replyCode(error) === REPLY.notFound
          ? `${node} is not of one cluster with ${first.node}`
          : `${node}: ${messageOf(error)}`;
      }
    }),
  );
  const found = problems.filter((problem) => problem !== undefined);
  return found.length === 0 ? undefined : found.join("; ");
}

const closeAll = (channels: readonly OpenChannel[]): void => {
  for (const { close } of channels) close();
};
