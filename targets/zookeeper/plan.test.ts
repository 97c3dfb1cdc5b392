import { expect, test } from "vitest";
import { optionsSchema } from "./options.ts";
import { dockerPlan } from "./plan.ts";

const nodes = ["n1", "n2", "n3"].map((node, i) => ({ node, host: `10.64.0.1${i + 1}`, ports: {} }));
const planWith = (options: Record<string, unknown>) => dockerPlan(optionsSchema.parse(options), nodes);

test("all servers have one configuration, and each its own number", () => {
  const plan = planWith({});
  expect(plan.ports).toEqual({ client: 2181 });
  const commands = plan.nodes.map(({ processes }) => processes[0]?.command ?? []);
  expect(commands.map((command) => command.at(-1))).toEqual(["1", "2", "3"]);
  const configs = new Set(commands.map((command) => command.at(-2)));
  expect(configs.size).toBe(1);
  const [config = ""] = configs;
  expect(config).toContain("server.2=10.64.0.12:2888:3888\n");
  expect(config).toContain("syncLimit=6\n");
});

test("an image that the user names takes the place of the built one", () => {
  expect(planWith({}).image).toEqual({ folder: "zookeeper" });
  expect(planWith({ image: "mine" }).image).toEqual({ folder: "zookeeper", name: "mine" });
});
