import type { ClusterContext } from "#core/cluster";
import { type Answer, ask } from "./ask.ts";
import type { PostgresOptions } from "./options.ts";

type Context = ClusterContext<PostgresOptions>;

/** Of a standby, `streams`: whether it receives the log now; of a primary, how many do. */
const STATE = `SELECT pg_is_in_recovery() AS standby,
  current_setting('transaction_read_only') AS read_only,
  (SELECT max(term) FROM primaries) AS term,
  (SELECT node FROM primaries ORDER BY term DESC LIMIT 1) AS latest,
  (SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming') AS receives,
  (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND application_name <> 'pg_basebackup') AS sends,
  pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() END, pg_last_wal_replay_lsn()) AS behind`;

/** What a node says of itself. */
export interface NodeRole {
  readonly node: string;
  readonly role: "primary" | "closed primary" | "standby" | "none";
  readonly term: number;
  /** The latest primary that it has heard of. */
  readonly latest: string | undefined;
  /** What is wrong with it; undefined: nothing. */
  readonly problem: string | undefined;
  /** Replicas that a primary sends to. */
  readonly sends: number;
}

/** What PostgreSQL answers those that its supervisor does not let in. */
const SHUT = /^no pg_hba\.conf entry/;

export function roleOf(node: string, answer: Answer): NodeRole {
  if ("problem" in answer)
    return {
      node,
      role: "none",
      term: 0,
      latest: undefined,
      sends: 0,
      problem: SHUT.test(answer.problem) ? `${node} lets no clients in yet` : `${node}: ${answer.problem}`,
    };
  const { standby, read_only: readOnly, term, latest, receives, sends } = answer.row;
  const common = {
    ...{ node, term: Number(term ?? 0), sends: Number(sends) },
    latest: typeof latest === "string" ? latest : undefined,
  };
  if (standby === true)
    return {
      ...common,
      role: "standby",
      problem: Number(receives) > 0 ? undefined : `${node} receives nothing`,
    };
  return readOnly === "off"
    ? { ...common, role: "primary", problem: undefined }
    : { ...common, role: "closed primary", problem: `${node} does not write yet` };
}

export const rolesIn = ({ cluster, runtime }: Context): Promise<NodeRole[]> =>
  Promise.all(
    cluster.nodes.map(async (node) => roleOf(node, await ask(runtime, cluster.endpoint(node), STATE))),
  );

/** Ready: one primary writes, and sends its log to every other node. */
export async function notReady(context: Context): Promise<string | undefined> {
  return whatIsMissing(await rolesIn(context));
}

export function whatIsMissing(roles: readonly NodeRole[]): string | undefined {
  const problems = roles.flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) return problems.join("; ");
  const primaries = roles.filter(({ role }) => role === "primary");
  const [primary] = primaries;
  if (primary === undefined) return "there is no primary";
  if (primaries.length > 1) return `${primaries.map(({ node }) => node).join(", ")} are all primary`;
  return primary.sends >= roles.length - 1
    ? undefined
    : `${primary.node} sends to ${primary.sends} of ${roles.length - 1} standbys`;
}

/** By cluster: who was primary when last asked. */
const lastKnown = new WeakMap<object, string>();

/** The primary that nodes know of; it may be gone, as long as no other is elected. */
export async function leader(context: Context): Promise<string | undefined> {
  const known = leaderAmong(await rolesIn(context));
  if (known !== undefined) lastKnown.set(context.cluster, known);
  return lastKnown.get(context.cluster);
}

/** Of two primaries the one of the later term; without any, the latest that a node has heard of. */
export function leaderAmong(roles: readonly NodeRole[]): string | undefined {
  const byTerm = [...roles].sort((a, b) => b.term - a.term);
  return (byTerm.find(({ role }) => role === "primary") ?? { node: byTerm[0]?.latest }).node;
}
