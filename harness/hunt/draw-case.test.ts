import { describe, expect, test } from "vitest";
import { SECOND } from "#core/units";
import { simKv } from "../../targets/sim-kv/target.ts";
import { caseSchema } from "./case.ts";
import { drawCase, type HuntSpace } from "./draw-case.ts";

const space = (more: Partial<HuntSpace> = {}): HuntSpace => ({
  target: "sim-kv",
  seed: "1",
  faults: ["partition-leader", "kill-one"],
  targetOptions: {},
  workloadOptions: {},
  workload: undefined,
  nodes: undefined,
  clients: undefined,
  operations: undefined,
  time: undefined,
  expectations: undefined,
  keepDefaults: false,
  operationTimeout: SECOND,
  convergeWithin: SECOND,
  ...more,
});

const draw = (count: number, more: Partial<HuntSpace> = {}) =>
  Array.from({ length: count }, (_, i) => drawCase(space(more), i + 1, simKv));

describe("a hunt's cases", () => {
  test("are data, the same for the same seed and number", () => {
    for (const one of draw(50)) expect(caseSchema.parse(one)).toEqual(one);
    expect(draw(50)).toEqual(draw(50));
    expect(draw(50, { seed: "2" })).not.toEqual(draw(50));
  });

  test("vary everything that is left open", () => {
    const cases = draw(200);
    const values = (of: (one: (typeof cases)[number]) => unknown) => new Set(cases.map(of)).size;
    expect(values(({ nodes }) => nodes.length)).toBe(4);
    expect(values(({ workload }) => workload)).toBe(simKv.workloads.length);
    expect(values(({ clients }) => clients)).toBeGreaterThan(4);
    expect(values(({ targetOptions }) => targetOptions["replication"])).toBe(2);
    expect(values(({ network }) => Object.keys(network).join())).toBe(3);
    expect(values(({ schedule }) => schedule.map(({ fault }) => fault).join())).toBeGreaterThan(5);
  });

  test("keep what was given", () => {
    const given = { nodes: 3, clients: 2, workload: "set", targetOptions: { replication: "majority" } };
    for (const one of draw(50, given)) {
      expect(one.nodes).toEqual(["n1", "n2", "n3"]);
      expect(one.clients).toBe(2);
      expect(one.workload).toBe("set");
      expect(one.targetOptions["replication"]).toBe("majority");
    }
    for (const one of draw(50, { keepDefaults: true }))
      expect(one.targetOptions).toEqual(simKv.options.parse({}));
  });

  test("expect what the target claims with the options drawn", () => {
    for (const one of draw(50)) {
      const lossless = one.expectations.find(({ model }) => model === "no-lost-writes");
      const isMajority = one.targetOptions["replication"] === "majority";
      expect(lossless?.is).toBe(isMajority ? "holds" : "may-break");
    }
  });

  test("have their faults within the run", () => {
    for (const { schedule, time } of draw(100)) {
      expect(schedule.length).toBeGreaterThan(0);
      for (const fault of schedule) expect(fault.at + fault.for).toBeLessThanOrEqual(time);
    }
  });
});
