import { HarnessError, messageOf } from "#core/errors";
import type { ClusterContext } from "#core/cluster";
import { SECOND, type Nanoseconds } from "#core/units";
import { type ApiReply, openConnection, type ServerConnection } from "./connection.ts";
import type { NatsOptions } from "./options.ts";
import { BUCKET, QUEUES, streamConfig, streamOf } from "./streams.ts";
import { isOf } from "./version.ts";

type Context = ClusterContext<NatsOptions>;

/** A server that is alive answers within milliseconds, a cluster without leader not at all. */
const ANSWER_MAX: Nanoseconds = SECOND;

/** Ready: every server answers, and the streams are there with a leader and all their replicas up to date. */
export async function notReady(context: Context): Promise<string | undefined> {
  const missing = await Promise.all(
    context.cluster.nodes.map(async (node) => {
      const answer = await ask(context, node, "$JS.API.INFO");
      if ("problem" in answer) return answer.problem;
      refuseOther(context.options, node, answer.version);
      for (const stream of [BUCKET, QUEUES]) {
        const problem = await streamMissing(context, node, stream);
        if (problem !== undefined) return problem;
      }
      return undefined;
    }),
  );
  const problems = missing.filter((problem) => problem !== undefined);
  return problems.length === 0 ? undefined : problems.join("; ");
}

/** More is expected of some versions than of others. @throws HarnessError `setup-failed` */
export function refuseOther({ serverVersion }: NatsOptions, node: string, version: string): void {
  if (serverVersion !== undefined && !isOf(version, serverVersion))
    throw new HarnessError("setup-failed", `${node} runs NATS ${version}, not ${serverVersion}`, {
      hint: "say what it is with --server-version",
    });
}

async function streamMissing(context: Context, node: string, stream: string): Promise<string | undefined> {
  const info = await ask(context, node, `$JS.API.STREAM.INFO.${stream}`);
  if ("problem" in info) return info.problem;
  const { error } = info.reply;
  if (error?.code === 404) return create(context, node, stream);
  if (error !== undefined) return `${node}: ${error.description ?? error.code}`;
  const cluster = info.reply["cluster"] as ClusterInfo | undefined;
  if (context.cluster.nodes.length === 1) return undefined;
  if (cluster?.leader === undefined) return `${node} knows no leader of ${stream}`;
  const behind = (cluster.replicas ?? []).filter(
    ({ current, offline }) => current !== true || offline === true,
  );
  const names = behind.map(({ name }) => name).join(", ");
  return behind.length === 0 ? undefined : `${stream}: ${names} not up to date`;
}

/** One server makes the streams; the others wait for them. */
async function create(context: Context, node: string, stream: string): Promise<string | undefined> {
  const { cluster, options } = context;
  if (node === cluster.nodes[0]) {
    const config = streamConfig(stream, options, cluster.nodes.length);
    const answer = await ask(context, node, `$JS.API.STREAM.CREATE.${stream}`, config);
    if ("problem" in answer) return answer.problem;
    const { error } = answer.reply;
    if (error !== undefined) return `${node} does not make ${stream}: ${error.description ?? error.code}`;
  }
  return `${node}: ${stream} is being made`;
}

interface ClusterInfo {
  readonly leader?: string;
  readonly replicas?: readonly {
    readonly name: string;
    readonly current?: boolean;
    readonly offline?: boolean;
    readonly lag?: number;
  }[];
}

/** The leader of the workload's stream, as most servers tell. */
export async function leader(context: Context): Promise<string | undefined> {
  const stream = streamOf(context.workload);
  const votes = new Map<string, number>();
  await Promise.all(
    context.cluster.nodes.map(async (node) => {
      const answer = await ask(context, node, `$JS.API.STREAM.INFO.${stream}`);
      if ("problem" in answer) return;
      const named = (answer.reply["cluster"] as ClusterInfo | undefined)?.leader ?? "";
      if (context.cluster.nodes.includes(named)) votes.set(named, (votes.get(named) ?? 0) + 1);
    }),
  );
  const [first] = [...votes].sort(([, a], [, b]) => b - a);
  return context.cluster.nodes.length === 1 ? context.cluster.nodes[0] : first?.[0];
}

export type Answer = { readonly reply: ApiReply; readonly version: string } | { readonly problem: string };

/** Asks one thing of a server over a connection of its own. Never rejects. */
export async function ask(
  { runtime, cluster }: Context,
  node: string,
  subject: string,
  body?: Parameters<ServerConnection["ask"]>[1],
): Promise<Answer> {
  let connection: ServerConnection | undefined;
  let cancel = (): void => undefined;
  try {
    connection = await openConnection(runtime, cluster.endpoint(node), ANSWER_MAX);
    const opened = connection;
    cancel = runtime.after(ANSWER_MAX, () => opened.close());
    return { reply: await connection.ask(subject, body), version: connection.version };
  } catch (error) {
    return { problem: `${node}: ${messageOf(error)}` };
  } finally {
    cancel();
    connection?.close();
  }
}
