import { expect, test } from "vitest";
import { optionsSchema } from "./options.ts";
import { command, dockerPlan } from "./plan.ts";

const nodes = ["n1", "n2", "n3"].map((node, i) => ({ node, host: `10.64.0.1${i + 1}`, ports: {} }));
const planWith = (options: Record<string, unknown>) => dockerPlan(optionsSchema.parse(options), nodes);

test("every node knows all members, and tells its own address", () => {
  const plan = planWith({});
  expect(plan.ports).toEqual({ client: 2379 });
  expect(plan.nodes.map(({ node }) => node)).toEqual(["n1", "n2", "n3"]);
  const command = plan.nodes[1]?.processes[0]?.command?.join(" ");
  expect(command).toContain(
    "--initial-cluster n1=http://10.64.0.11:2380,n2=http://10.64.0.12:2380,n3=http://10.64.0.13:2380",
  );
  expect(command).toContain("--name n2 ");
  expect(command).toContain("--initial-advertise-peer-urls http://10.64.0.12:2380");
  expect(command).toContain("--advertise-client-urls http://10.64.0.12:2379");
});

test("an image that the user names takes the place of the built one", () => {
  expect(planWith({}).image).toEqual({ folder: "etcd" });
  expect(planWith({ image: "etcd:3.5" }).image).toEqual({ folder: "etcd", name: "etcd:3.5" });
});

test("the first members make a cluster, one that is added later joins it", () => {
  for (const { processes } of planWith({}).nodes)
    expect(processes[0]?.command.join(" ")).toContain("--initial-cluster-state new");
  const members = nodes.map(({ node, host }) => `${node}=http://${host}:2380`).join(",");
  const joining = command({ node: "n2", host: "10.64.0.12" }, members, "existing").join(" ");
  expect(joining).toContain("--initial-cluster-state existing");
  const [, second] = planWith({}).nodes;
  const same = (text: string): string => text.replace(/--initial-cluster(?:-state)? \S+/g, "");
  expect(same(joining)).toBe(same(second?.processes[0]?.command.join(" ") ?? ""));
});

test("one member alone stands for election as soon as it begins", () => {
  const waits = planWith({}).nodes.map(({ processes }) =>
    processes[0]?.command.includes("--initial-election-tick-advance=false"),
  );
  expect(waits).toEqual([false, true, true]);
});
