import type { ClusterContext } from "#core/cluster";
import type { ZookeeperOptions } from "./options.ts";
import { type ServerStatus, statusOfAll } from "./status.ts";

type Context = ClusterContext<ZookeeperOptions>;

/** Ready: one server leads and all others follow. */
export async function notReady(context: Context): Promise<string | undefined> {
  const answers = await statusOfAll(context);
  const problems = answers.flatMap((answer) =>
    "problem" in answer ? [`${answer.node}: ${answer.problem}`] : [],
  );
  if (problems.length > 0) return problems.join("; ");
  const leading = answers.filter((answer) => "mode" in answer && LEADING.has(answer.mode));
  return leading.length === 1 ? undefined : `${leading.length} servers lead`;
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
