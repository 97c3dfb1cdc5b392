import type { ClusterContext } from "#core/cluster";
import { SECOND } from "#core/units";
import type { Status } from "../protocol.ts";
import { askStatus } from "./ask-status.ts";

/** A living node answers within milliseconds; a paused one does not answer. */
const STATUS_WITHIN = SECOND;

/** By node: what it says of itself, or why it said nothing. */
export type Statuses = ReadonlyMap<string, Status | string>;

export async function askAll({
  runtime,
  cluster,
}: Pick<ClusterContext<unknown>, "runtime" | "cluster">): Promise<Statuses> {
  const answers = cluster.nodes.map(
    async (node) => [node, await askStatus(runtime, cluster.endpoint(node), STATUS_WITHIN)] as const,
  );
  return new Map(await Promise.all(answers));
}

/** Of several that believe to lead, the one of the latest term: a majority elected it last. */
export function leaderAmong(statuses: Statuses): string | undefined {
  let leader: string | undefined;
  let term = 0;
  for (const [node, status] of statuses) {
    if (typeof status === "string" || status.role !== "leader" || status.term <= term) continue;
    leader = node;
    term = status.term;
  }
  return leader;
}

/** What is still missing until all nodes can serve, under one leader if there has to be one; undefined: nothing. */
export function missingAmong(statuses: Statuses, { leads }: { readonly leads: boolean }): string | undefined {
  const leader = leaderAmong(statuses);
  if (leads && leader === undefined) return "no node leads yet";
  for (const [node, status] of statuses) {
    if (typeof status === "string") return `${node}: ${status}`;
    if (status.missing !== null) return `${node}: ${status.missing}`;
    if (leader !== undefined && status.leader !== leader) return `${node} does not follow ${leader} yet`;
  }
  return undefined;
}
