import { expect, test } from "vitest";
import { optionsSchema } from "./options.ts";
import { dockerPlan } from "./plan.ts";
import { whatIsMissing } from "./roles.ts";
import { statements } from "./statements.ts";

const nodes = ["n1", "n2", "n3"].map((node, i) => ({ node, host: `10.64.0.1${i + 1}`, ports: {} }));
const commandOf = (options: Record<string, unknown>, node: number, count = 3): readonly string[] =>
  dockerPlan(optionsSchema.parse(options), nodes.slice(0, count)).nodes[node]?.processes[0]?.command ?? [];

test("the first node begins the cluster, the others join it", () => {
  expect(commandOf({}, 0)[2]).toBe("--wsrep-new-cluster");
  expect(commandOf({}, 1)[2]).toBe("");
  expect(commandOf({}, 1)).toContain("--wsrep-cluster-address=gcomm://10.64.0.11,10.64.0.12,10.64.0.13");
  expect(commandOf({}, 1)).toContain("--wsrep-node-address=10.64.0.12");
});

test("one node alone does not replicate", () => {
  expect(commandOf({}, 0, 1).join(" ")).not.toContain("wsrep");
});

test("what a node keeps is on a disk that can lose its power, and flushed as told", () => {
  const plan = dockerPlan(optionsSchema.parse({ flushLog: 2 }), nodes);
  for (const { processes } of plan.nodes) expect(processes[0]?.data).toBe("/var/lib/riftcheck");
  expect(plan.nodes[0]?.processes[0]?.command).toContain("--innodb-flush-log-at-trx-commit=2");
  expect(commandOf({}, 0)).toContain("--innodb-flush-log-at-trx-commit=1");
});

test("isolation and waiting are what the options say", () => {
  const command = commandOf({ isolation: "read-committed", snapshotIsolation: true, syncWait: 7 }, 2);
  expect(command).toContain("--transaction-isolation=READ-COMMITTED");
  expect(command).toContain("--innodb-snapshot-isolation=ON");
  expect(command).toContain("--wsrep-sync-wait=7");
});

const state = (values: Record<string, string>) => ({
  values: {
    ...{ wsrep_cluster_status: "Primary", wsrep_cluster_size: "3" },
    ...{ wsrep_local_state_comment: "Synced", wsrep_ready: "ON" },
    ...values,
  },
});

test.each([
  [undefined, state({})],
  ["n1: connect ECONNREFUSED", { problem: "connect ECONNREFUSED" }],
  ["n1 sees 2 of 3 nodes", state({ wsrep_cluster_size: "2" })],
  ["n1 is outside the majority (non-Primary)", state({ wsrep_cluster_status: "non-Primary" })],
  ["n1 has not caught up (Joiner)", state({ wsrep_local_state_comment: "Joiner" })],
])("missing: %s", (missing, answer) => {
  expect(whatIsMissing("n1", answer, 3)).toBe(missing);
});

test("one node alone need not be in a cluster", () => {
  expect(whatIsMissing("n1", { values: {} }, 1)).toBeUndefined();
});

test("statements are MariaDB's", () => {
  expect(statements.appendElement).toBe(
    "INSERT INTO lists (k, v) VALUES (?, ?) ON DUPLICATE KEY UPDATE v = CONCAT(lists.v, ',', VALUES(v))",
  );
  expect(statements.addElement).toBe("INSERT IGNORE INTO elements (k, e) VALUES (?, ?)");
});
