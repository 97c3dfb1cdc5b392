import { CLIENTS, type ClusterContext } from "#core/cluster";
import type { Json } from "#core/json";
import { LOCAL_NETWORK, type NetworkOptions, type SimPlan } from "#core/store-node";
import type { Target } from "#core/target";
import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { objectsOf } from "./datatypes/choose.ts";
import { claimsOf } from "./claims.ts";
import { EventualNode } from "./node.ts";
import { type EventualOptions, optionsSchema, type Settings } from "./options.ts";
import { settingsOf } from "./presets/presets.ts";
import type { Status } from "./protocol.ts";
import { inSameRegion } from "./regions.ts";
import { askStatus } from "./session/ask-status.ts";
import { EventualClient } from "./session/client.ts";
import { hasLeader } from "./session/routing.ts";

/** A replicated store whose every design choice is a switch; see README.md beside this file. */
export const eventual: Target<EventualOptions> = {
  name: "eventual",
  summary:
    "home-made replicated store: one leader, several or none; every textbook design and bug is a switch",
  options: optionsSchema,
  environments: { sim: (options) => simPlan(settingsOf(options)) },
  defaults: { nodes: 3, clients: 10, workload: "session" },
  workloads: [
    "session",
    "set",
    "profile-edit",
    "view-counter",
    "post-comment",
    "shopping-cart",
    "like-counter",
    "last-item",
    "shared-document",
    "address-book",
    "ttl-cache",
    "cross-region",
    "bank",
    "configuration",
  ],
  claims: (options, context) => claimsOf(settingsOf(options), context),
  objects: (options, declared) => {
    const claims = objectsOf(settingsOf(options));
    return declared.map((spec) => ({ ...spec, ...claims[spec.type] }));
  },
  createClient: (context) => new EventualClient(context),
  notReady,
  hasLeader: (options) => hasLeader(settingsOf(options)),
  leader: async (context) => leaderAmong(await askAll(context)),
  describe: async (context) => Object.fromEntries(await askAll(context)) as unknown as Json,
};

function simPlan(settings: Settings): SimPlan {
  const across = settings.regionDelay * MILLISECOND;
  return {
    createNode: (context) => new EventualNode(context, settings),
    ...(across === 0 ? {} : { link: (from, to) => linkBetween(from, to, across) }),
    ...(settings.clockSkew === 0
      ? {}
      : { clock: (node) => ({ ahead: node === "n1" ? settings.clockSkew * MILLISECOND : 0 }) }),
  };
}

/** Clients live beside their home node: what they wait for other regions is the client's matter. */
function linkBetween(from: string, to: string, across: Nanoseconds): Partial<NetworkOptions> | undefined {
  const isLocal = from === CLIENTS || to === CLIENTS || inSameRegion(from, to);
  return isLocal ? undefined : { delayMin: LOCAL_NETWORK.delayMin + across };
}

/** A living node answers within milliseconds; a paused one does not answer. */
const STATUS_WITHIN = SECOND;

type Answers = ReadonlyMap<string, Status | string>;

async function askAll({ runtime, cluster }: ClusterContext<EventualOptions>): Promise<Answers> {
  const answers = cluster.nodes.map(
    async (node) => [node, await askStatus(runtime, cluster.endpoint(node), STATUS_WITHIN)] as const,
  );
  return new Map(await Promise.all(answers));
}

/** Of several that believe to lead, the one of the latest term: a majority elected it last. */
function leaderAmong(answers: Answers): string | undefined {
  let leader: string | undefined;
  let term = 0;
  for (const [node, answer] of answers) {
    if (typeof answer === "string" || answer.role !== "leader" || answer.term <= term) continue;
    leader = node;
    term = answer.term;
  }
  return leader;
}

async function notReady(context: ClusterContext<EventualOptions>): Promise<string | undefined> {
  const answers = await askAll(context);
  const leader = leaderAmong(answers);
  if (hasLeader(settingsOf(context.options)) && leader === undefined) return "no node leads yet";
  for (const [node, answer] of answers) {
    if (typeof answer === "string") return `${node}: ${answer}`;
    if (answer.missing !== null) return `${node}: ${answer.missing}`;
    if (leader !== undefined && answer.leader !== leader) return `${node} does not follow ${leader} yet`;
  }
  return undefined;
}
