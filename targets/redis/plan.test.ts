import { expect, test } from "vitest";
import { optionsSchema } from "./options.ts";
import { dockerPlan } from "./plan.ts";

const nodes = ["n1", "n2", "n3"].map((node, i) => ({ node, host: `10.64.0.1${i + 1}`, ports: {} }));
const planWith = (options: Record<string, unknown>, count = 3) =>
  dockerPlan(optionsSchema.parse(options), nodes.slice(0, count));
const configOf = (plan: ReturnType<typeof planWith>, node: number, process = 0): string =>
  plan.nodes[node]?.processes[process]?.command.at(-1) ?? "";

test("replication: the first node is the primary, the others follow it", () => {
  const plan = planWith({});
  expect(plan.ports).toEqual({ client: 6379 });
  expect(plan.nodes.map(({ processes }) => processes.map(({ name }) => name))).toEqual([
    ["redis"],
    ["redis"],
    ["redis"],
  ]);
  expect(configOf(plan, 0)).not.toContain("replicaof");
  expect(configOf(plan, 1)).toContain("replicaof 10.64.0.11 6379\n");
  expect(configOf(plan, 2)).toContain("appendfsync everysec\n");
});

test("without persistence there is neither an append-only file nor a snapshot", () => {
  const config = configOf(planWith({ appendfsync: "off" }), 0);
  expect(config).toContain("appendonly no\n");
  expect(config).toContain('save ""\n');
  expect(config).not.toContain("appendfsync");
});

test("sentinel: one beside each server, which knows the others and asks a majority", () => {
  const plan = planWith({ topology: "sentinel", minReplicasToWrite: 1 });
  expect(plan.ports).toEqual({ client: 6379, sentinel: 26379 });
  expect(configOf(plan, 0)).toContain("min-replicas-to-write 1\n");
  const config = configOf(plan, 1, 1);
  expect(config).toContain("sentinel monitor riftcheck 10.64.0.11 6379 2\n");
  expect(config.match(/known-replica/g)).toHaveLength(2);
  const known = [...config.matchAll(/known-sentinel riftcheck (\S+) 26379 ([0-9a-f]{40})\n/g)];
  expect(known.map(([, host]) => host)).toEqual(["10.64.0.11", "10.64.0.13"]);
  expect(configOf(plan, 0, 1)).toContain(`sentinel myid ${known[0]?.[2]}\n`);
});

test("cluster: nodes know each other from the start", () => {
  const six = [
    ...nodes,
    ...["n4", "n5", "n6"].map((node, i) => ({ node, host: `10.64.0.2${i}`, ports: {} })),
  ];
  const plan = dockerPlan(optionsSchema.parse({ topology: "cluster", nodeTimeout: 700 }), six);
  const { command = [] } = plan.nodes[5]!.processes[0]!;
  expect(command.at(-1)).toContain(
    "cluster-enabled yes\ncluster-config-file nodes.conf\ncluster-node-timeout 700\n",
  );
  expect(command.at(-1)).not.toContain("replicaof");
  expect(command.at(-4)).toBe("nodes.conf");
  expect(command.at(-3)).toContain("10.64.0.22:6379@16379 myself,slave ");
});

test("an image that the user names takes the place of the built one", () => {
  expect(planWith({}).image).toEqual({ folder: "redis" });
  expect(planWith({ image: "redis:8" }).image).toEqual({ folder: "redis", name: "redis:8" });
});

test.each([
  [{ topology: "cluster" }, 2, "--topology cluster needs 3 nodes, not 2"],
  [{ topology: "cluster", wait: 1 }, 3, "--wait 1 needs 6 nodes, not 3"],
  [{ wait: 3 }, 3, "--wait 3 needs 4 nodes, not 3"],
  [{ minReplicasToWrite: 1 }, 1, "--min-replicas-to-write 1 needs 2 nodes, not 1"],
  [{ readFrom: "replica" }, 1, "--read-from replica needs 2 nodes, not 1"],
])("%j on %i nodes is refused", (options, count, message) => {
  expect(() => planWith(options, count)).toThrow(message);
});
