import { describe, expect, test } from "vitest";
import type { VerdictDocument } from "#core/run";
import { judgeHistory } from "../harness/cli/judge-history.ts";
import { parseHistory } from "../harness/history/read-history.ts";
import { CAPABILITIES } from "../harness/cluster/capabilities.ts";
import { faults as allFaults } from "../harness/nemeses/registry.ts";
import type { Bug } from "../targets/eventual/bugs/bug.ts";
import { ackBeforeFsync } from "../targets/eventual/bugs/ack-before-fsync.ts";
import { ackWhenSent } from "../targets/eventual/bugs/ack-when-sent.ts";
import { cutNotUndone } from "../targets/eventual/bugs/cut-not-undone.ts";
import { deletesNotReplayed } from "../targets/eventual/bugs/deletes-not-replayed.ts";
import { deposedLeaderAcknowledges } from "../targets/eventual/bugs/deposed-leader-acknowledges.ts";
import { halfQuorum } from "../targets/eventual/bugs/half-quorum.ts";
import { readsWhileCatchingUp } from "../targets/eventual/bugs/reads-while-catching-up.ts";
import { retryAppliedTwice } from "../targets/eventual/bugs/retry-applied-twice.ts";
import { staleLeaderElected } from "../targets/eventual/bugs/stale-leader-elected.ts";
import { staleTokenAccepted } from "../targets/eventual/bugs/stale-token-accepted.ts";
import { twoVotes } from "../targets/eventual/bugs/two-votes.ts";
import { unconfirmedReads } from "../targets/eventual/bugs/unconfirmed-reads.ts";

import { correctRules, type Rules } from "../targets/eventual/rules.ts";
import { type LeaderRun, runLeader } from "./support/leader-run.ts";
import { leaderWorkload } from "./support/leader-workloads.ts";

const BUGS: readonly Bug[] = [
  ackBeforeFsync,
  ackWhenSent,
  cutNotUndone,
  deletesNotReplayed,
  deposedLeaderAcknowledges,
  halfQuorum,
  readsWhileCatchingUp,
  retryAppliedTwice,
  staleLeaderElected,
  staleTokenAccepted,
  twoVotes,
  unconfirmedReads,
];

/** Those that a simulated cluster is capable of. */
const faults = Object.fromEntries(
  Object.entries(allFaults).filter(
    ([, { needs = [], hook }]) =>
      hook === undefined && needs.every((need) => CAPABILITIES.sim.includes(need)),
  ),
);

const SEEDS = ["b0", "b1", "b2", "b3"];
/** Tried until one shows a planted bug. */
const MORE_SEEDS = Array.from({ length: 16 }, (_, index) => `b${index}`);
/** It shows in the tenth of a second after a start alone: somebody has to read then. */
const BUSY: Readonly<Record<string, Partial<LeaderRun>>> = {
  [readsWhileCatchingUp.name]: { rate: 400, clients: 12 },
};

async function verdictOf(run: LeaderRun): Promise<VerdictDocument> {
  const { history } = await runLeader(run);
  return judgeHistory(parseHistory(history, run.seed), { expectations: [] });
}

const violatedIn = ({ models }: VerdictDocument): string[] =>
  Object.entries(models).flatMap(([model, { verdict }]) => (verdict === "violated" ? [model] : []));

/** With each, the models that may break: the others must not, whatever happens. */
const STALE = ["linearizable"];
const UNORDERED = [...STALE, "sequential", "causal", "causal-convergent", "causal-memory", "pram"];
const SESSIONS = ["read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads"];

describe("under all faults", () => {
  test.each<[string, LeaderRun["settings"], readonly string[]]>([
    ["semi-sync, read from the leader", { replication: "semi-sync", reads: "leader" }, []],
    ["sync-leader, read from the leader", { replication: "sync-leader", reads: "leader" }, []],
    ["sync-leader, read anywhere", { replication: "sync-leader", reads: "any" }, STALE],
    ["semi-sync, stamped reads", { replication: "semi-sync", reads: "any", stampedReads: true }, STALE],
    [
      "semi-sync, read at home",
      { replication: "semi-sync", reads: "home" },
      [...UNORDERED, "read-your-writes"],
    ],
    ["semi-sync, read anywhere", { replication: "semi-sync", reads: "any" }, [...UNORDERED, ...SESSIONS]],
    [
      "async-leader, stamped reads",
      { replication: "async-leader", reads: "any", stampedReads: true },
      [...UNORDERED, "no-lost-writes"],
    ],
    [
      "async-leader, read from the leader",
      { replication: "async-leader", reads: "leader" },
      [...UNORDERED, ...SESSIONS, "no-lost-writes"],
    ],
  ])(
    "%s: nothing breaks that it promises",
    async (_, settings, mayBreak) => {
      for (const workload of ["session", "set"]) {
        for (const seed of SEEDS) {
          const run = { seed, settings, workload: leaderWorkload(workload), faults: Object.keys(faults) };
          const broken = violatedIn(await verdictOf(run)).filter((model) => !mayBreak.includes(model));
          expect(broken, `${workload}, seed ${seed}`).toEqual([]);
        }
      }
    },
    60_000,
  );
});

describe("a planted bug is found, and nothing without it", () => {
  const shown = BUGS.filter(({ shownBy }) => shownBy.faults.every((name) => name in faults));

  test.each(shown.map((bug) => [bug.name, bug] as const))(
    "%s",
    async (name, { expected, shownBy, rules }) => {
      const planted = rules?.(correctRules) ?? correctRules;
      const run = (seed: string, given: Rules): Promise<VerdictDocument> =>
        verdictOf({
          seed,
          settings: shownBy.options as LeaderRun["settings"],
          rules: given,
          ...(shownBy.nodes === undefined ? {} : { nodes: shownBy.nodes }),
          workload: leaderWorkload(shownBy.workload),
          faults: shownBy.faults,
          retries: planted.session.retryUnknown,
          ...BUSY[name],
        });
      let found: string | undefined;
      for (const seed of MORE_SEEDS) {
        const { models, counts } = await run(seed, planted);
        if (models[expected.model]?.verdict !== "violated" || !((counts[expected.anomaly] ?? 0) > 0))
          continue;
        found = seed;
        break;
      }
      expect(found, "no seed shows it").toBeDefined();
      const broken = violatedIn(await run(found ?? "", correctRules));
      expect(broken, "nothing is planted").not.toContain(expected.model);
    },
    60_000,
  );
});
