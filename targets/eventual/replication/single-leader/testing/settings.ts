import { optionsSchema, type Settings } from "../../../options.ts";

/** Settings of a store with one leader: what the tests do not say is as a preset would have it. */
export function leaderSettings(given: Partial<Settings>): Settings {
  return {
    ...optionsSchema.parse({}),
    replication: "semi-sync",
    readQuorum: 1,
    writeQuorum: 1,
    sloppy: false,
    versioning: "lamport",
    conflicts: "last-write-wins",
    sets: "value",
    counters: "value",
    texts: "value",
    readRepair: false,
    gossip: 0,
    hintedHandoff: false,
    delivery: "as-it-comes",
    reads: "leader",
    stampedReads: false,
    ownWrites: false,
    strongKeys: "",
    cacheTtl: 0,
    replicationLag: 0,
    requestTimeout: 600,
    electionTimeout: 1_000,
    clockSkew: 0,
    regionDelay: 0,
    copies: undefined,
    ...given,
  };
}
