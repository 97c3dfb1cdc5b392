import { expect, test } from "vitest";
import { MILLISECOND } from "#core/units";
import { TinyCluster } from "./testing/cluster.ts";

test("an answer to a process that was killed is not taken for one to the process that followed it", () => {
  const cluster = new TinyCluster({ preset: "dynamo" });
  cluster.write("n1", "of x", { key: "x" });
  cluster.wait(100 * MILLISECOND);
  cluster.begin("n1", { op: "read", key: "x", object: "register", local: false });
  cluster.restart("n1");
  expect(cluster.read("n1", { key: "y" })).toBe(null);
});
