import { expect, test } from "vitest";
import { claimsOf } from "./claims.ts";
import { optionsSchema } from "./options.ts";

function claims(options: Record<string, unknown>, faults: readonly string[], rest = {}) {
  const weather = { workload: "set", nodes: 3, faults, ...rest };
  return Object.fromEntries(
    claimsOf(optionsSchema.parse(options), weather).map(({ model, is }) => [model, is]),
  );
}

test.each([
  [{}, [], "holds", "holds"],
  [{}, ["kill-leader", "kill-one"], "holds", "holds"],
  [{}, ["kill-leader", "kill-all"], "may-break", "may-break"],
  [{ replicas: 1 }, ["kill-all"], "holds", "holds"],
  [{ serverVersion: "2.12" }, ["kill-all"], "holds", "holds"],
  [{}, ["kill-leader", "partition-leader"], "may-break", "may-break"],
  [{}, ["pause"], "may-break", "may-break"],
  [{ image: "nats:own" }, ["partition-leader"], "may-break", "may-break"],
  [{ image: "nats:own", serverVersion: "2.9.24" }, ["partition-leader"], "may-break", "may-break"],
  [{ image: "nats:own", serverVersion: "2.12" }, ["partition-leader"], "holds", "holds"],
  [{ serverVersion: "2.12" }, ["power-all"], "may-break", "may-break"],
  [{ serverVersion: "2.12", syncInterval: "10s" }, ["power-all"], "may-break", "may-break"],
  [{ serverVersion: "2.12", syncInterval: "always" }, ["power-all"], "holds", "holds"],
  [{ syncMount: true }, ["power-all", "kill-one"], "may-break", "may-break"],
  [{ syncMount: true, replicas: 1 }, ["power-all", "kill-one"], "holds", "holds"],
  [{ syncMount: true, serverVersion: "2.12" }, ["power-all"], "holds", "holds"],
  [{ syncMount: true }, ["power-all", "pause-one"], "may-break", "may-break"],
  [{ replicas: 1 }, ["partition-one"], "holds", "holds"],
] as const)("%j under %j: losses %s, convergence %s", (options, faults, loss, convergence) => {
  expect(claims(options, faults)).toMatchObject({ "no-lost-writes": loss, convergence });
});

test("reads are claimed only where one server has the data", () => {
  expect(claims({}, [])["linearizable"]).toBe("may-break");
  expect(claims({ allowDirect: true }, [])["read-your-writes"]).toBe("may-break");
  expect(claims({ allowDirect: true }, [], { nodes: 1 })["read-your-writes"]).toBe("holds");
  expect(claims({}, [], { nodes: 1, workload: "queue" })["linearizable"]).toBe("may-break");
});

test("whatever may break says why", () => {
  for (const faults of [[], ["pause"], ["power-all"]])
    for (const { is, reason } of claimsOf(optionsSchema.parse({}), { workload: "session", nodes: 3, faults }))
      expect(is === "holds" || reason !== undefined).toBe(true);
});
