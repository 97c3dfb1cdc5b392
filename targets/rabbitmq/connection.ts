import type { ChannelModel, ConfirmChannel } from "amqplib";
import { messageOf, OperationError } from "#core/errors";
import type { Endpoint, Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import { AMQP_PORT, PASSWORD, USER } from "./config.ts";

/** Seconds of silence after which either end gives a connection up. */
const HEARTBEAT_S = 5;

/** A connection to one broker with one channel in confirm mode. Nothing is sent again, and the connection is not opened again. */
export interface OpenChannel {
  readonly node: string;
  readonly channel: ConfirmChannel;
  readonly isOpen: () => boolean;
  /** Drops the connection at once: what the channel holds unacknowledged goes back to its queue. */
  readonly close: () => void;
}

/** @throws OperationError `connection-refused`: nothing was sent */
export async function openChannel(
  runtime: Runtime,
  { node, host, ports }: Endpoint,
  limit: Nanoseconds,
): Promise<OpenChannel> {
  // Loaded with the first session: starting the command must not wait for it.
  const { connect } = await import("amqplib");
  const opening = connect(
    {
      protocol: "amqp",
      hostname: host,
      port: ports["client"] ?? AMQP_PORT,
      username: USER,
      password: PASSWORD,
      vhost: "/",
      heartbeat: HEARTBEAT_S,
    },
    { timeout: limit / MILLISECOND, noDelay: true },
  ).then(async (connection) => opened(node, connection));
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = runtime.after(limit, () => reject(new Error(`no connection within ${limit / MILLISECOND} ms`)));
  });
  try {
    return await Promise.race([opening, late]);
  } catch (cause) {
    opening.then(({ close }) => close()).catch(() => undefined);
    throw new OperationError("connection-refused", messageOf(cause), { cause, node });
  } finally {
    cancel();
  }
}

async function opened(node: string, connection: ChannelModel): Promise<OpenChannel> {
  let isOpen = true;
  const ended = (): void => {
    isOpen = false;
  };
  // What was under way on the channel rejects by itself; an error that nobody listens to would end the process.
  connection.on("error", ended);
  connection.on("close", ended);
  const close = (): void => {
    isOpen = false;
    destroy(connection);
  };
  try {
    const channel = await connection.createConfirmChannel();
    channel.on("error", ended);
    channel.on("close", ended);
    return { node, channel, isOpen: () => isOpen, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The library's own way waits for the other end, which a cut link keeps silent. */
function destroy({ connection }: ChannelModel): void {
  const { stream } = connection as unknown as { readonly stream?: { destroy(): void } };
  stream?.destroy();
}
