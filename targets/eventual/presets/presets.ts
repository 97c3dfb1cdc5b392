import type { EventualOptions, Settings } from "../options.ts";
import type { PresetName } from "./names.ts";

/** A textbook design. */
export interface Preset {
  readonly summary: string;
  /** What differs from `BASE`. */
  readonly settings: Partial<Settings>;
}

/** What holds where a preset says nothing. */
const BASE: Settings = {
  preset: "dynamo",
  bug: "none",
  replication: "leaderless",
  copies: undefined,
  readQuorum: 2,
  writeQuorum: 2,
  sloppy: false,
  versioning: "wall-clock",
  conflicts: "last-write-wins",
  sets: "or-set",
  counters: "pn-counter",
  texts: "rga",
  readRepair: true,
  gossip: 500,
  hintedHandoff: true,
  delivery: "as-it-comes",
  reads: "home",
  stampedReads: false,
  ownWrites: false,
  strongKeys: "",
  cacheTtl: 0,
  replicationLag: 0,
  requestTimeout: 600,
  electionTimeout: 500,
  clockSkew: 0,
  regionDelay: 0,
};

const LEADER: Partial<Settings> = {
  gossip: 0,
  hintedHandoff: false,
  readRepair: false,
  sets: "value",
  counters: "value",
  texts: "value",
};

export const presets: Readonly<Record<PresetName, Preset>> = {
  "async-leader": {
    summary: "one leader acknowledges alone, followers copy and serve reads; failover loses what they lack",
    settings: { ...LEADER, replication: "async-leader", reads: "any" },
  },
  "semi-sync": {
    summary: "one leader acknowledges with a majority and answers reads itself: linearizable",
    settings: { ...LEADER, replication: "semi-sync", reads: "leader" },
  },
  "sync-leader": {
    summary: "one leader acknowledges with every node; writes stop while one is missing",
    settings: { ...LEADER, replication: "sync-leader", reads: "any" },
  },
  "multi-leader": {
    summary: "every node acknowledges alone; concurrent writes: the one with the later clock wins",
    settings: {
      replication: "multi-leader",
      sets: "or-set",
      gossip: 0,
      hintedHandoff: false,
      readRepair: false,
    },
  },
  causal: {
    summary:
      "every node acknowledges alone, updates wait for what they depend on, sessions carry what they saw",
    settings: {
      replication: "multi-leader",
      versioning: "lamport",
      delivery: "causal",
      stampedReads: true,
      gossip: 0,
      hintedHandoff: false,
      readRepair: false,
    },
  },
  dynamo: {
    summary: "quorums R = W = 2 of 3, last write wins by the clock, read repair, hinted handoff, gossip",
    settings: { copies: 3 },
  },
  "dynamo-siblings": {
    summary: "as dynamo, with version vectors: concurrent values are all kept and shown",
    settings: { copies: 3, versioning: "vector", conflicts: "siblings" },
  },
  "dynamo-eventual": {
    summary: "R = W = 1 of 3 and nodes that stand in: always available, seldom up to date",
    settings: { copies: 3, readQuorum: 1, writeQuorum: 1, sloppy: true },
  },
  "cart-lww": {
    summary: "a cart is one value and the later write wins: items added elsewhere meanwhile are lost",
    settings: {
      replication: "multi-leader",
      sets: "value",
      gossip: 0,
      hintedHandoff: false,
      readRepair: false,
    },
  },
  "cart-union": {
    summary:
      "a cart is one value, concurrent carts are joined: nothing added is lost, removed items come back",
    settings: {
      replication: "multi-leader",
      sets: "value",
      versioning: "vector",
      conflicts: "union",
      gossip: 0,
      hintedHandoff: false,
      readRepair: false,
    },
  },
  "cart-orset": {
    summary: "a cart is an OR-Set: nothing added is lost, nothing removed comes back",
    settings: {
      replication: "multi-leader",
      sets: "or-set",
      gossip: 0,
      hintedHandoff: false,
      readRepair: false,
    },
  },
  crdt: {
    summary:
      "every node acknowledges alone and everything merges: counters, sets, text, registers by Lamport time",
    settings: {
      replication: "multi-leader",
      versioning: "lamport",
      delivery: "causal",
      gossip: 0,
      hintedHandoff: false,
      readRepair: false,
    },
  },
};

/** Every switch: as given, else as the preset has it. */
export function settingsOf(options: EventualOptions): Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...BASE, ...presets[options.preset].settings, ...given };
}
