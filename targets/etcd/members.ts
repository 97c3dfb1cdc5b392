import type { ClusterContext } from "#core/cluster";
import { asked } from "./ask.ts";
import type { Message } from "./gateway.ts";
import type { EtcdOptions } from "./options.ts";
import { peerUrl } from "./plan.ts";
import { isHealthy } from "./status.ts";

type Context = ClusterContext<EtcdOptions>;

/** One entry of etcd's list of members. */
export interface Member {
  readonly id: string;
  /** Told by the member itself when it starts; empty: it has not started yet. */
  readonly name: string;
  readonly peerUrls: readonly string[];
}

/** The members that an answer of the gateway lists. */
export const membersIn = (answer: Message): Member[] =>
  (Array.isArray(answer["members"]) ? (answer["members"] as Message[]) : []).map((member) => ({
    id: String(member["ID"]),
    name: String(member["name"] ?? ""),
    peerUrls: Array.isArray(member["peerURLs"]) ? member["peerURLs"].map(String) : [],
  }));

/** Whether the member lives on this host. Its id and name are no help: a node that comes back has another id, and at first no name. */
export const isAt = (host: string) => (member: Member) => member.peerUrls.includes(peerUrl(host));

/** Whether those that are left can still agree when the member is gone. @param healthy ids of members that reach a majority now */
export function mayLeave(members: readonly Member[], member: Member, healthy: ReadonlySet<string>): boolean {
  const rest = members.filter(({ id }) => id !== member.id);
  return rest.filter(({ id, name }) => name !== "" && healthy.has(id)).length * 2 > rest.length;
}

/** For the start of a member that was just added. @param nodes with the hosts they are on */
export const initialCluster = (
  members: readonly Member[],
  nodes: readonly { readonly node: string; readonly host: string }[],
): string =>
  members
    .flatMap((member) => {
      const name = nodes.find(({ host }) => isAt(host)(member))?.node ?? member.name;
      return member.peerUrls.map((url) => `${name}=${url}`);
    })
    .join(",");

/** The list as one node has it, who may be behind; undefined: no answer. */
export async function membersAt(context: Context, node: string): Promise<Member[] | undefined> {
  const answer = await asked(context, node, (gateway) => gateway.post("/v3/cluster/member/list", {}));
  return "problem" in answer ? undefined : membersIn(answer);
}

/** What holds of the members now, and who tells it. */
export interface Membership {
  readonly members: readonly Member[];
  /** Nodes that reach a majority. */
  readonly healthy: readonly string[];
}

/**
 * As a node tells it that has just asked a majority, since lists are told without asking anybody: it has seen every change up to
 * then. Undefined: no node has a majority.
 */
export async function membershipNow(context: Context): Promise<Membership | undefined> {
  const { nodes } = context.cluster;
  const answers = await Promise.all(nodes.map((node) => isHealthy(context, node)));
  const healthy = nodes.filter((_, place) => answers[place] === true);
  for (const node of healthy) {
    const members = await membersAt(context, node);
    if (members !== undefined) return { members, healthy };
  }
  return undefined;
}
