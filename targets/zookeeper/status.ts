import type { ClusterContext } from "#core/cluster";
import { messageOf } from "#core/errors";
import { type Nanoseconds, SECOND } from "#core/units";
import type { ZookeeperOptions } from "./options.ts";
import { CLIENT_PORT } from "./plan.ts";

/** A server on this machine that is alive answers within milliseconds; a paused one does not answer. */
const ANSWER_MAX: Nanoseconds = SECOND;

export interface ServerStatus {
  readonly node: string;
  readonly version: string;
  readonly mode: string;
  /** The last transaction; its upper half counts the leaders. */
  readonly zxid: bigint;
}
export type Answer = ServerStatus | { readonly node: string; readonly problem: string };

export const statusOfAll = (context: ClusterContext<ZookeeperOptions>): Promise<Answer[]> =>
  Promise.all(context.cluster.nodes.map((node) => statusOf(context, node)));

/** Asks a server for what it says of itself (`srvr`). Never rejects. */
async function statusOf(context: ClusterContext<ZookeeperOptions>, node: string): Promise<Answer> {
  try {
    return parseStatus(node, await ask(context, node));
  } catch (error) {
    return { node, problem: messageOf(error) };
  }
}

async function ask({ runtime, cluster }: ClusterContext<ZookeeperOptions>, node: string): Promise<string> {
  const { connect } = await import("node:net");
  const { host, ports } = cluster.endpoint(node);
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect({ host, port: ports["client"] ?? CLIENT_PORT });
    const cancel = runtime.after(ANSWER_MAX, () => socket.destroy(new Error("no answer within a second")));
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write("srvr"));
    socket.on("data", (part: string) => {
      text += part;
    });
    socket.on("error", reject);
    socket.on("close", () => {
      cancel();
      resolve(text);
    });
  });
}

/** @param text lines of `name: value`; something else from a server that has no leader */
export function parseStatus(node: string, text: string): Answer {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1]?.trim();
  const mode = field("Mode");
  if (mode === undefined) return { node, problem: text.trim().slice(0, 100) || "no answer" };
  const version = field("Zookeeper version")?.split(/[-,]/)[0] ?? "unknown";
  return { node, mode, version, zxid: BigInt(field("Zxid") ?? "0x0") };
}
