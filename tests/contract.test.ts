import { expect, test } from "vitest";
import type { Target } from "#core/target";
import { ContractBroken } from "../harness/contract/contract.ts";
import { probesOf } from "../harness/contract/probes.ts";
import { contractChecks } from "../harness/contract/registry.ts";
import { Subject } from "../harness/contract/subject.ts";
import { workloadsOf } from "../harness/contract/checks/workload-runs.ts";
import { RealTimeRuntime } from "../harness/engine/real-time.ts";
import { type Flaw, LineStore, lineTarget } from "./support/line-store.ts";

/** What each check said of a target with this flaw, by its promise; kept promises are left out. */
async function findings(
  flaw: Flaw | undefined,
  only?: RegExp,
  change: (target: Target, cluster: LineStore) => Target = (target) => target,
): Promise<Record<string, string>> {
  await using cluster = new LineStore(flaw);
  await cluster.start();
  const target = change(lineTarget(flaw), cluster);
  const subject = new Subject({
    target,
    options: {},
    cluster,
    runtime: new RealTimeRuntime("contract"),
    probes: probesOf(workloadsOf(target.workloads)),
    patience: 0.1,
  });
  const found: Record<string, string> = {};
  for (const check of contractChecks.filter(({ promise }) => only === undefined || only.test(promise))) {
    try {
      const notTried = await check.try(subject);
      if (notTried !== undefined) found[check.promise] = `${notTried.is}: ${notTried.why}`;
    } catch (error) {
      if (!(error instanceof ContractBroken)) throw error;
      found[check.promise] = error.message;
    }
    await cluster.start();
  }
  return found;
}

test("a good target keeps every promise, and each of them is tried", async () => {
  expect(await findings(undefined)).toEqual({});
});

test("what a client that finds its own way leaves untried is told, and what a target need not have is no promise", async () => {
  const found = await findings(undefined, undefined, ({ ...target }, cluster) => {
    const { createClient } = target;
    delete target.leader;
    return {
      ...target,
      createClient: (context) => createClient({ ...context, nodes: [cluster.endpoint("n1")] }),
    };
  });
  const told = Object.entries(found).map(
    ([promise, what]) => `${promise.split(" ")[0]} ${what.split(",")[0]}`,
  );
  expect(told).toEqual([
    "leader not made: it does not tell its leader",
    ...["close", "an", "where", "an", "a"].map(
      (promise) =>
        `${promise} untried: its clients reach nodes by addresses that the store tells them: they cannot be cut off from outside`,
    ),
  ]);
});

test.each<[Flaw, RegExp, RegExp]>([
  ["works after close", /^close/, /an operation after close succeeded/],
  ["keeps its connection", /^close/, /1 connections are open after close/],
  ["hangs after close", /gets no answer/, /was still under way after 3\.00 s after close/],
  ["tries again", /before the reply/, /something tried it again/],
  ["says it did not happen", /before the reply/, /which says that it did not happen, and it is there/],
  [
    "refusal is indefinite",
    /no node can be reached/,
    /no connection could be made, and the update failed with unknown/,
  ],
  ["throws what it likes", /no node can be reached/, /rejected with no OperationError/],
  ["never connects again", /no node can be reached/, /the same session does not work again/],
  ["another node answers", /is answered by that node/, /a read at n1 was answered by n2/],
  ["leader is a stranger", /^leader/, /the leader is n7, which is none of n1/],
  ["describes with a date", /^describe/, /describe told what is no JSON/],
  ["notReady rejects", /killed node/, /notReady rejected while a node was dead: n1 does not answer/],
  ["claims give no reason", /^claims/, /no-lost-writes may break with session: no reason/],
  ["loses writes", /another one sees/, /was acknowledged and is not there/],
  ["takes back what it wrote", /every workload/, /^session: .*linearizable/],
])("a target that %s is found out", async (flaw, promise, message) => {
  const found = await findings(flaw, promise);
  expect(Object.values(found).join("\n")).toMatch(message);
});
