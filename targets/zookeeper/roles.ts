import type { ClusterContext } from "#core/cluster";
import { messageOf } from "#core/errors";
import { type Nanoseconds, SECOND } from "#core/units";
import type { ZookeeperOptions } from "./options.ts";
import { Session } from "./session.ts";
import { type ServerStatus, statusOfAll } from "./status.ts";

type Context = ClusterContext<ZookeeperOptions>;

/** What a server may take to grant a session, which is a write: the first one after its start is slow. */
const SESSION_WITHIN: Nanoseconds = 2 * SECOND;

/** Ready: one server leads, all others follow, and each grants sessions. */
export async function notReady(context: Context): Promise<string | undefined> {
  const answers = await statusOfAll(context);
  const problems = answers.flatMap((answer) =>
    "problem" in answer ? [`${answer.node}: ${answer.problem}`] : [],
  );
  if (problems.length > 0) return problems.join("; ");
  const leading = answers.filter((answer) => "mode" in answer && LEADING.has(answer.mode));
  if (leading.length !== 1) return `${leading.length} servers lead`;
  const refused = await Promise.all(context.cluster.nodes.map((node) => refusalOf(context, node)));
  return refused.find((refusal) => refusal !== undefined);
}

async function refusalOf({ runtime, cluster }: Context, node: string): Promise<string | undefined> {
  try {
    const session = await Session.open(cluster.endpoint(node), { runtime, seen: 0n, limit: SESSION_WITHIN });
    session.close();
    return undefined;
  } catch (error) {
    return `${node} grants no session: ${messageOf(error)}`;
  }
}

/** The server that leads; of two that believe so, the one that was elected later. */
export async function leader(context: Context): Promise<string | undefined> {
  const answers = await statusOfAll(context);
  const leading = answers.filter(
    (answer): answer is ServerStatus => "mode" in answer && LEADING.has(answer.mode),
  );
  return leading.sort((a, b) => Number(epochOf(b) - epochOf(a)))[0]?.node;
}

const LEADING: ReadonlySet<string> = new Set(["leader", "standalone"]);
const epochOf = ({ zxid }: ServerStatus): bigint => zxid >> 32n;
