import { MILLISECOND, SECOND } from "#core/units";
import { workloads } from "../../../workloads/registry.ts";
import { VERSION } from "../../cli/version.ts";
import { type Case, CASE_FORMAT } from "../case.ts";

/** Asynchronous sim-kv whose leader is cut off while clients add elements: acknowledged ones are lost. */
export const losingCase = (more: Partial<Case> = {}): Case => ({
  format: CASE_FORMAT,
  kind: "case",
  riftcheck: VERSION,
  target: "sim-kv",
  targetOptions: { replication: "async", readFrom: "any", replicationLag: 0, electionTimeout: 1_000 },
  workload: "set",
  workloadOptions: {},
  nodes: ["n1", "n2", "n3"],
  clients: 5,
  seed: "7",
  network: {},
  time: 5 * SECOND,
  operationTimeout: SECOND,
  objects: [...workloads["set"]!.objects],
  load: { kind: "generated", operations: 60, pause: 300 * MILLISECOND },
  schedule: [
    { id: 1, at: SECOND, for: 3 * SECOND, fault: "partition-leader", on: ["leader"], parameters: {} },
  ],
  ending: { quiet: 2 * SECOND, probes: false },
  convergeWithin: 10 * SECOND,
  expectations: [{ model: "no-lost-writes", is: "holds" }],
  ...more,
});
