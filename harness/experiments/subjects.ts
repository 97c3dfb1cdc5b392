/** A store with options, as experiments compare them. Data alone: whatever target is not there is left out, and said. */
export interface Subject {
  readonly name: string;
  readonly target: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Experiments that it is a subject of. */
  readonly of: readonly ("staleness" | "partition" | "catch-up" | "quorums")[];
  /** It has one leader, which can be cut off. */
  readonly hasLeader?: true;
  /** Of `quorums`: how many replicas confirm a write, and answer a read. */
  readonly quorums?: { readonly w: number; readonly r: number };
}

const QUORUMS: readonly (readonly [w: number, r: number])[] = [
  [3, 3],
  [1, 5],
  [5, 1],
  [1, 1],
  [2, 1],
  [2, 3],
  [4, 2],
  [1, 3],
];

const leaderless = (options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  replication: "leaderless",
  ...options,
});

/** Every subject; the options are those of the targets. */
export const subjects: readonly Subject[] = [
  {
    name: "sim-kv, asynchronous",
    target: "sim-kv",
    hasLeader: true,
    options: { replication: "async", readFrom: "any" },
    of: ["staleness", "partition", "catch-up"],
  },
  {
    name: "sim-kv, 20 ms behind",
    target: "sim-kv",
    hasLeader: true,
    options: { replication: "async", readFrom: "any", replicationLag: 20 },
    of: ["staleness"],
  },
  {
    name: "sim-kv, majority",
    target: "sim-kv",
    hasLeader: true,
    options: { replication: "majority", readFrom: "any" },
    of: ["staleness", "partition", "catch-up"],
  },
  {
    name: "sim-kv, majority, reads from the leader",
    target: "sim-kv",
    hasLeader: true,
    options: { replication: "majority", readFrom: "primary" },
    of: ["partition"],
  },
  ...["async-leader", "semi-sync", "sync-leader", "multi-leader"].map(
    (replication): Subject => ({
      name: replication,
      target: "eventual",
      ...(replication === "multi-leader" ? {} : { hasLeader: true }),
      options: { preset: replication },
      of: ["staleness", "partition", "catch-up"],
    }),
  ),
  {
    name: "leaderless, gossip alone",
    target: "eventual",
    options: leaderless({ preset: "dynamo", hintedHandoff: false, readRepair: false }),
    of: ["staleness", "partition", "catch-up"],
  },
  {
    name: "leaderless, hinted handoff alone",
    target: "eventual",
    options: leaderless({ preset: "dynamo", hintedHandoff: true, readRepair: false, gossip: 0 }),
    of: ["partition", "catch-up"],
  },
  {
    name: "leaderless, read repair alone",
    target: "eventual",
    options: leaderless({ preset: "dynamo", hintedHandoff: false, readRepair: true, gossip: 0 }),
    of: ["partition", "catch-up"],
  },
  ...QUORUMS.map(
    ([w, r]): Subject => ({
      name: `leaderless, W=${w} R=${r}`,
      target: "eventual",
      options: leaderless({ preset: "dynamo", copies: 5, writeQuorum: w, readQuorum: r, sloppy: false }),
      of: ["quorums"],
      quorums: { w, r },
    }),
  ),
  // A single leader beside the quorums: a majority that confirms, and reads of any node or of the leader.
  {
    name: "sim-kv, majority, any node reads",
    target: "sim-kv",
    options: { replication: "majority", readFrom: "any" },
    of: ["quorums"],
    quorums: { w: 3, r: 1 },
  },
  {
    name: "sim-kv, majority, the leader reads",
    target: "sim-kv",
    options: { replication: "majority", readFrom: "primary" },
    of: ["quorums"],
    quorums: { w: 3, r: 3 },
  },
];
