import { expect, test } from "vitest";
import { optionsSchema } from "./options.ts";
import { dockerPlan } from "./plan.ts";
import { leaderAmong, type NodeRole, roleOf, whatIsMissing } from "./roles.ts";
import { admission, configuration } from "./supervisor/postgres.ts";
import type { Settings } from "./supervisor/settings.ts";

const nodes = ["n1", "n2", "n3"].map((node, i) => ({ node, host: `10.64.0.1${i + 1}`, ports: {} }));
const planWith = (options: Record<string, unknown>, count = 3) =>
  dockerPlan(optionsSchema.parse(options), nodes.slice(0, count));
const settingsOf = (plan: ReturnType<typeof planWith>, node: number): Settings =>
  JSON.parse(plan.nodes[node]?.processes[0]?.command?.[2] ?? "") as Settings;

test("every node has a supervisor that knows all of them, the first primary first", () => {
  const plan = planWith({ sync: 1 });
  expect(plan.ports).toEqual({ client: 5432 });
  expect(plan.nodes.map(({ processes }) => processes[0]?.command?.slice(0, 2).join(" "))).toEqual(
    Array.from({ length: 3 }, () => "node /usr/share/riftcheck/supervisor/main.ts"),
  );
  expect(settingsOf(plan, 1)).toEqual({
    node: "n2",
    hosts: { n1: "10.64.0.11", n2: "10.64.0.12", n3: "10.64.0.13" },
    failover: "lease",
    sync: 1,
    synchronousCommit: "on",
    fsync: "on",
  });
});

test("what a node keeps is on a disk that can lose its power", () => {
  expect(planWith({}).nodes.map(({ processes }) => processes[0]?.data)).toEqual(
    Array.from({ length: 3 }, () => "/var/lib/riftcheck"),
  );
});

test("clients are let in when it is their turn, followers always", () => {
  const clients = "host all all all trust";
  const followers = "host replication all all trust";
  expect(admission({ role: "standby", open: true, admits: false })).not.toContain(clients);
  expect(admission({ role: "primary", open: false, admits: false })).toContain(followers);
  expect(admission({ role: "primary", open: true, admits: true })).toContain(clients);
});

test("a node alone has nobody to fail over to", () => {
  expect(settingsOf(planWith({}, 1), 0).failover).toBe("none");
});

test.each([
  [{ sync: 3 }, 3, "--sync 3 needs 4 nodes, not 3"],
  [{ readFrom: "standby" }, 1, "--read-from standby needs 2 nodes, not 1"],
])("%j on %i nodes is refused", (options, count, message) => {
  expect(() => planWith(options, count)).toThrow(message);
});

test("the configuration names the other nodes as synchronous standbys, and whom to follow", () => {
  const settings = settingsOf(planWith({ sync: 1, synchronousCommit: "remote_apply" }), 0);
  const primary = configuration(settings, { role: "primary", open: false, admits: false });
  expect(primary).toContain("synchronous_standby_names = 'ANY 1 (n2, n3)'\n");
  expect(primary).toContain("synchronous_commit = 'remote_apply'\n");
  expect(primary).toContain("default_transaction_read_only = 'on'\n");
  expect(primary).toContain("primary_conninfo = ''\n");
  const standby = configuration(settings, {
    role: "standby",
    follow: "10.64.0.12",
    open: true,
    admits: true,
  });
  expect(standby).toContain(
    "primary_conninfo = 'host=10.64.0.12 port=5432 user=postgres application_name=n1",
  );
  expect(configuration({ ...settings, sync: 0 }, { role: "primary", open: true, admits: true })).toContain(
    "synchronous_standby_names = ''\n",
  );
});

const row = (entries: Record<string, unknown>) => ({
  row: { standby: false, read_only: "off", term: "1", latest: "n1", receives: "0", sends: "2", ...entries },
});
const primary = roleOf("n1", row({}));
const standby = (node: string, entries: Record<string, unknown> = {}): NodeRole =>
  roleOf(node, row({ standby: true, read_only: "on", receives: "1", sends: "0", ...entries }));

test.each<[string | undefined, NodeRole[]]>([
  [undefined, [primary, standby("n2"), standby("n3")]],
  ["n3 receives nothing", [primary, standby("n2"), standby("n3", { receives: "0" })]],
  ["n3: connect ECONNREFUSED", [primary, standby("n2"), roleOf("n3", { problem: "connect ECONNREFUSED" })]],
  [
    "n3 lets no clients in yet",
    [primary, standby("n2"), roleOf("n3", { problem: "no pg_hba.conf entry for host" })],
  ],
  ["n1 does not write yet", [roleOf("n1", row({ read_only: "on" })), standby("n2"), standby("n3")]],
  ["there is no primary", [standby("n1"), standby("n2"), standby("n3")]],
  ["n1, n2 are all primary", [primary, roleOf("n2", row({ term: "2" })), standby("n3")]],
  ["n1 sends to 1 of 2 standbys", [roleOf("n1", row({ sends: "1" })), standby("n2"), standby("n3")]],
])("missing: %s", (missing, roles) => {
  expect(whatIsMissing(roles)).toBe(missing);
});

test("of two primaries the later one leads; without any, the latest that is known", () => {
  const later = roleOf("n2", row({ term: "2", latest: "n2" }));
  expect(leaderAmong([primary, later, standby("n3")])).toBe("n2");
  expect(leaderAmong([primary, standby("n3", { term: "2", latest: "n2" })])).toBe("n1");
  expect(leaderAmong([standby("n1"), standby("n2", { term: "7", latest: "n3" })])).toBe("n3");
  expect(leaderAmong([roleOf("n1", { problem: "gone" })])).toBeUndefined();
});
