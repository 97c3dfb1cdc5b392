import { expect, test } from "vitest";
import { optionsSchema } from "./options.ts";
import { dockerPlan } from "./plan.ts";

const nodes = ["n1", "n2", "n3"].map((node, i) => ({ node, host: `10.64.0.1${i + 1}`, ports: {} }));

test("servers know the routes to one another", () => {
  const plan = dockerPlan(optionsSchema.parse({}), nodes);
  expect(plan.image).toEqual({ folder: "nats" });
  const config = plan.nodes[1]!.processes[0]!.command?.at(-1);
  expect(config).toContain("server_name: n2\n");
  expect(config).toContain(
    "routes: [ nats://10.64.0.11:6222, nats://10.64.0.12:6222, nats://10.64.0.13:6222 ]",
  );
});

test("power can be lost: the data folder is known, and how it is mounted", () => {
  const processOf = (options: Record<string, unknown>) =>
    dockerPlan(optionsSchema.parse(options), nodes).nodes[0]!.processes[0]!;
  expect(processOf({})).toMatchObject({ data: "/var/lib/nats", syncMount: false });
  expect(processOf({ syncMount: true })).toMatchObject({ data: "/var/lib/nats", syncMount: true });
});

test("sync_interval is left to versions that know it", () => {
  const configOf = (options: Record<string, unknown>) =>
    dockerPlan(optionsSchema.parse(options), nodes).nodes[0]!.processes[0]!.command.at(-1);
  expect(configOf({})).not.toContain("sync_interval");
  for (const rest of [{}, { serverVersion: "2.12" }])
    expect(configOf({ image: "nats:own", syncInterval: "always", ...rest })).toContain(
      ", sync_interval: always }",
    );
  expect(() => configOf({ syncInterval: "always" })).toThrow(
    "--sync-interval needs NATS 2.10 or later, and this is 2.9.10",
  );
  expect(() => configOf({ image: "nats:own", serverVersion: "2.9", syncInterval: "10s" })).toThrow(
    "and this is 2.9",
  );
  expect(optionsSchema.safeParse({ syncInterval: "sometimes" }).success).toBe(false);
});

test("one server alone is no cluster", () => {
  const [alone] = nodes;
  const plan = dockerPlan(optionsSchema.parse({ image: "nats:2.12" }), [alone!]);
  expect(plan.image).toEqual({ folder: "nats", name: "nats:2.12" });
  expect(plan.nodes[0]!.processes[0]!.command?.at(-1)).not.toContain("cluster");
});
