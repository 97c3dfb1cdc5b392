import { expect, test } from "vitest";
import { optionsSchema } from "./options.ts";
import { dockerPlan } from "./plan.ts";

const nodes = ["n1", "n2", "n3"].map((node, i) => ({ node, host: `10.64.0.1${i + 1}`, ports: {} }));

test("power can be lost: everything that a broker keeps is below its data folder, its home too", () => {
  const { command, environment, data } = dockerPlan(optionsSchema.parse({}), nodes).nodes[1]!.processes[0]!;
  expect(data).toBe("/var/lib/rabbitmq");
  expect(environment).toMatchObject({ HOME: data, RABBITMQ_NODENAME: "rabbit@n2" });
  // A file system of its own belongs to root when it is made.
  expect(command[2]).toContain(`chown -R rabbitmq:rabbitmq ${data}`);
});
