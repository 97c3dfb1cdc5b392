import type { ClusterContext } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import { SECOND } from "#core/units";
import { asked, until } from "./ask.ts";
import type { Message } from "./gateway.ts";
import {
  initialCluster,
  isAt,
  mayLeave,
  type Member,
  type Membership,
  membersIn,
  membershipNow,
} from "./members.ts";
import type { EtcdOptions } from "./options.ts";
import { command, peerUrl, PROCESS } from "./plan.ts";
import { readRequest } from "./requests.ts";

type Context = ClusterContext<EtcdOptions>;

/** Etcd gives a change up after 7 s (etcdserver/config.go, `ReqTimeout`: 5 s and two election timeouts). */
const CHANGE_MAX = 8 * SECOND;
/** Etcd changes its members only when they have been connected for 5 s (etcdserver/server.go, `HealthInterval`). */
const REMOVED_WITHIN = 20 * SECOND;
/** The same, after whatever else is in force was healed. */
const ADDED_WITHIN = 60 * SECOND;
/** Who learns that it was removed ends a second later (etcdserver/server.go, `stopWithDelay`). */
const ENDED_WITHIN = 5 * SECOND;

/** Reading what is not there asks a majority as well. */
const NO_KEY = "riftcheck/member";
const NO_MAJORITY = "no node reaches a majority";

/** The nodes that are members and have started as such. */
export async function members(context: Context): Promise<string[]> {
  let found: Membership | undefined;
  const problem = await until(context, REMOVED_WITHIN, async () => {
    found = await membershipNow(context);
    return found === undefined ? NO_MAJORITY : undefined;
  });
  if (found === undefined) throw new HarnessError("fault-failed", `nobody tells the members: ${problem}`);
  return startedNodes(context, found.members);
}

function startedNodes({ cluster }: Context, list: readonly Member[]): string[] {
  const started = list.filter(({ name }) => name !== "");
  return cluster.nodes.filter((node) => started.some(isAt(cluster.endpoint(node).host)));
}

/**
 * Takes a node out of the list of members, through another one, and ends its process. The node can never come back as the member
 * that it was. @throws HarnessError `quorum-at-risk` if those left could agree on nothing, and nothing was changed
 */
export async function remove(context: Context, node: string): Promise<void> {
  const at = isAt(context.cluster.endpoint(node).host);
  let isOpen = false;
  const problem = await until(context, REMOVED_WITHIN, async () => {
    const now = await membershipNow(context);
    if (now === undefined) return NO_MAJORITY;
    const member = now.members.find(at);
    if (member === undefined) return undefined;
    if (!mayLeave(now.members, member, idsOf(context, now)))
      return `those left without ${node} have no majority`;
    const through = now.healthy.find((one) => one !== node);
    const answer = await change(context, through, "remove", { ID: member.id });
    if (typeof answer !== "string") return `${node} is still a member`;
    isOpen ||= answer !== NO_MAJORITY && !REFUSED.test(answer);
    return answer;
  });
  if (problem !== undefined)
    throw new HarnessError(isOpen ? "fault-failed" : "quorum-at-risk", `${node} is not removed: ${problem}`);
  await end(context, node);
}

/** Answers after which nothing was changed and nothing will be (etcdserver/errors.go). */
const REFUSED = /unhealthy cluster|not enough started members/;

/** Ids of members on nodes that reach a majority. */
function idsOf({ cluster }: Context, { members: list, healthy }: Membership): ReadonlySet<string> {
  const ids = healthy.map((node) => list.find(isAt(cluster.endpoint(node).host))?.id);
  return new Set(ids.filter((id) => id !== undefined));
}

/** Who is cut off does not learn that it was removed, and would answer from its own copy for as long as it is asked. */
async function end(context: Context, node: string): Promise<void> {
  const { cluster } = context;
  const problem = await until(context, ENDED_WITHIN, async () =>
    (await cluster.state(node)) === "stopped" ? undefined : "it runs",
  );
  if (problem !== undefined) await cluster.kill(node);
}

/**
 * A node becomes a new member in the place of the one that was removed, with nothing of what that had, and catches up. Harmless where
 * it is a member. @throws HarnessError `heal-failed`
 */
export async function add(context: Context, node: string): Promise<void> {
  const { host } = context.cluster.endpoint(node);
  let joined: string | undefined;
  let machineFor: string | undefined;
  const problem = await until(context, ADDED_WITHIN, async () => {
    const now = await membershipNow(context);
    if (now === undefined && joined === undefined) return NO_MAJORITY;
    const through = now?.healthy.find((one) => one !== node);
    const member = now?.members.find(isAt(host));
    if (now !== undefined && member === undefined) {
      // All is ready when it is added: from then on a majority counts it.
      const all = clusterWith(context, now.members, node);
      if (machineFor !== all || joined !== undefined) await newMachine(context, node, all);
      machineFor = all;
      const list = await change(context, through, "add", { peerURLs: [peerUrl(host)] });
      if (typeof list === "string") return list;
      joined = list.find(isAt(host))?.id;
    } else if (member !== undefined && member.name === "" && member.id !== joined) {
      // A process may have begun as this member once: it must not begin as the same again with nothing.
      const answer = await change(context, through, "remove", { ID: member.id });
      return typeof answer === "string" ? answer : "an earlier attempt is taken back";
    }
    return incomplete(context, node);
  });
  if (problem !== undefined) throw new HarnessError("heal-failed", `${node} is not added: ${problem}`);
}

/** The members and the one that is to be added, as it is told when it starts. */
function clusterWith({ cluster }: Context, list: readonly Member[], node: string): string {
  const { host } = cluster.endpoint(node);
  const nodes = cluster.nodes.map((one) => cluster.endpoint(one));
  return initialCluster([...list, { id: "", name: node, peerUrls: [peerUrl(host)] }], nodes);
}

/** Empty, and to be started as a member of those that are at work already. */
async function newMachine({ cluster }: Context, node: string, members: string): Promise<void> {
  const { machines } = cluster;
  if (machines === undefined)
    throw new HarnessError("heal-failed", `clusters in ${cluster.environment} have no machines to replace`);
  await cluster.kill(node);
  await machines.replace(node, { [PROCESS]: command(cluster.endpoint(node), members, "existing") });
}

/** What is missing until the node belongs to a cluster of all nodes and reads what is committed. */
async function incomplete(context: Context, node: string): Promise<string | undefined> {
  const { cluster } = context;
  // Who finds no other member at its start ends, perhaps at once: it is started until it does.
  if ((await cluster.state(node)) === "stopped") {
    const problem = await cluster.start(node).then(() => undefined, messageOf);
    if (problem !== undefined) return problem;
  }
  const read = await asked(context, node, async (gateway) => ({
    answer: await gateway.post("/v3/kv/range", readRequest(NO_KEY, false)),
  }));
  if ("problem" in read) return `${node} reads nothing: ${read.problem}`;
  const now = await membershipNow(context);
  if (now === undefined) return NO_MAJORITY;
  const started = startedNodes(context, now.members);
  const all = now.members.length === cluster.nodes.length && started.length === cluster.nodes.length;
  return all ? undefined : `only ${started.join(", ")} are members`;
}

/** One change of the list, asked of one node. @returns the list that came of it, or why it was not changed as far as that is known */
async function change(
  context: Context,
  through: string | undefined,
  what: "add" | "remove",
  body: Message,
): Promise<readonly Member[] | string> {
  if (through === undefined) return NO_MAJORITY;
  const answer = await asked(
    context,
    through,
    async (gateway) => membersIn(await gateway.post(`/v3/cluster/member/${what}`, body)),
    CHANGE_MAX,
  );
  return "problem" in answer ? answer.problem : answer;
}
