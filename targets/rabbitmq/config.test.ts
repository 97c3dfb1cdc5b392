import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { definitions, PASSWORD, serverConfig } from "./config.ts";
import { optionsSchema } from "./options.ts";

const nodes = ["n1", "n2", "n3"].map((node, i) => ({ node, host: `10.64.0.1${i + 1}`, ports: {} }));
const options = (given: Record<string, unknown>) => optionsSchema.parse(given);
interface Definitions {
  readonly users: readonly { readonly password_hash: string }[];
  readonly policies: readonly { readonly definition: unknown }[];
}
const definitionsWith = (given: Record<string, unknown>) =>
  JSON.parse(definitions(options(given))) as Definitions;

test("brokers find each other by name and handle partitions as asked", () => {
  const config = serverConfig(options({ partitionHandling: "autoheal", netTicktime: 9 }), nodes);
  expect(config).toContain("cluster_formation.classic_config.nodes.3 = rabbit@n3\n");
  expect(config).toContain("cluster_partition_handling = autoheal\n");
  expect(config).toContain("net_ticktime = 9\n");
});

test("only mirrored queues have a policy", () => {
  expect(definitionsWith({}).policies).toEqual([]);
  expect(definitionsWith({ queueType: "mirrored" }).policies).toMatchObject([
    { definition: { "ha-mode": "all" } },
  ]);
});

test("the user's password is the one that clients use", () => {
  const stored = Buffer.from(definitionsWith({}).users[0]!.password_hash, "base64");
  const hash = createHash("sha256").update(stored.subarray(0, 4)).update(PASSWORD).digest();
  expect(stored.subarray(4).equals(hash)).toBe(true);
});
