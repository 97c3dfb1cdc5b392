import { CLIENTS } from "#core/cluster";
import type { Json } from "#core/json";
import { LOCAL_NETWORK, type NetworkOptions, type SimPlan } from "#core/store-node";
import type { Target } from "#core/target";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import { objectsOf } from "./datatypes/choose.ts";
import { claimsOf } from "./claims.ts";
import { EventualNode } from "./node.ts";
import { type EventualOptions, optionsSchema, type Settings } from "./options.ts";
import { settingsOf } from "./presets/presets.ts";
import { inSameRegion } from "./regions.ts";
import { EventualClient } from "./session/client.ts";
import { hasLeader } from "./session/routing.ts";
import { askAll, leaderAmong, missingAmong } from "./session/statuses.ts";

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
  notReady: async (context) =>
    missingAmong(await askAll(context), { leads: hasLeader(settingsOf(context.options)) }),
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
