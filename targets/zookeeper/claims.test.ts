import { expect, test } from "vitest";
import { optionsSchema } from "./options.ts";
import { zookeeper } from "./target.ts";

test.each([
  [{}, 3, ["kill-one"], "linearizable", "may-break"],
  [{}, 3, [], "linearizable", "may-break"],
  [{}, 1, [], "linearizable", "holds"],
  [{}, 3, [], "sequential", "holds"],
  [{}, 3, [], "monotonic-reads", "holds"],
  [{}, 1, ["kill-one"], "sequential", "holds"],
  // A server that changes leaders may lack transactions afterwards.
  [{}, 3, ["partition-bridge"], "sequential", "may-break"],
  [{}, 3, ["partition-bridge"], "convergence", "may-break"],
  [{ reads: "sync" }, 3, ["kill-one"], "linearizable", "may-break"],
  // Leaders are replaced without any fault as well.
  [{ reads: "sync" }, 3, [], "linearizable", "may-break"],
  [{ reads: "sync" }, 1, [], "linearizable", "holds"],
  [{ reads: "quorum" }, 3, [], "linearizable", "holds"],
  [{ reads: "quorum" }, 3, [], "no-lost-writes", "holds"],
  [{ reads: "quorum" }, 3, ["partition-bridge"], "linearizable", "may-break"],
] as const)("%j on %i nodes under %j: %s %s", (options, nodes, faults, model, is) => {
  const context = { workload: "lin-kv", objects: [], nodes, faults };
  const found = zookeeper
    .claims(optionsSchema.parse(options), context)
    .find((entry) => entry.model === model);
  expect(found?.is).toBe(is);
  expect(found?.reason === undefined).toBe(is === "holds");
});
