import { describe, expect, test } from "vitest";
import { eventual } from "../../targets/eventual/target.ts";
import { simKv } from "../../targets/sim-kv/target.ts";
import type { SimPlan } from "#core/store-node";
import type { Target } from "#core/target";
import { simulate } from "./simulate.ts";

const STRONG = { replication: "majority", readFrom: "primary" };
const withNode = (createNode: SimPlan["createNode"]): Target => ({
  ...(simKv as Target),
  environments: { sim: () => ({ createNode }) },
});

describe("simulate", () => {
  test("judges a run by what the target claims, or by what is expected", async () => {
    const settings = { faults: ["partition"], time: "8s", rate: 100, seed: 1 };
    const held = await simulate(simKv, { ...settings, targetOptions: STRONG });
    expect(held.verdict.valid, held.verdict.summary).toBe(true);
    expect(held.schedule.length).toBeGreaterThan(0);
    expect(Object.keys(held.logs)).toContain("n1/store.log");
    const lost = await simulate(eventual, {
      targetOptions: { preset: "async-leader" },
      workload: "set",
      faults: ["partition-leader"],
      time: "10s",
      rate: 100,
      seed: 1,
      expect: "no-lost-writes",
    });
    expect(lost.verdict.valid).toBe(false);
    expect(lost.verdict.anomalies.map(({ type }) => type)).toContain("lost-element");
  });

  test("says unknown where too little happened", async () => {
    const { verdict } = await simulate(simKv, { targetOptions: STRONG, time: "1s", rate: 5 });
    expect(verdict.valid).toBe("unknown");
    expect(verdict.summary).toMatch(/at least 100 are needed/);
  });

  test("runs asked for at once come one after the other, each as if alone, and the clock is back afterwards", async () => {
    const run = (seed: number): Promise<string> =>
      simulate(simKv, { time: "2s", rate: 50, seed }).then(({ lines }) => lines);
    const [a, b, again] = await Promise.all([run(1), run(2), run(1)]);
    expect(again).toBe(a);
    expect(b).not.toBe(a);
    expect(Date.now()).toBeGreaterThan(0);
    expect(Math.random()).toBeLessThan(1);
  });

  test.each([
    ["Date.now", () => Date.now()],
    ["Math.random", () => Math.random()],
    ["setTimeout", () => setTimeout(() => undefined, 1)],
  ])("a node that asks for %s ends the run by name, and the next run is not disturbed", async (name, ask) => {
    const target = withNode(() => {
      ask();
      return { onMessage: () => undefined, onRequest: () => undefined };
    });
    const word = name.split(".").at(-1)!;
    await expect(simulate(target)).rejects.toThrow(new RegExp(`${word} was used in a simulation`));
    expect((await simulate(simKv, { time: "1s", rate: 50, minOk: 1 })).verdict.valid).toBe(true);
  });

  test.each([
    [{ workload: "sesion" }, /unknown workload "sesion"/],
    [{ faults: ["partitoin"] }, /unknown fault "partitoin"/],
    [{ targetOptions: { replication: "none" } }, /targetOptions\.replication: /],
    [{ time: "soon" }, /time/],
    [{ faults: ["kill"], time: "1s" }, /too short for a fault/],
  ])("%j is refused", async (settings, message) => {
    await expect(simulate(simKv, settings)).rejects.toThrow(message);
  });

  test("a target that lives in containers only is refused", async () => {
    await expect(simulate({ ...(simKv as Target), environments: {} })).rejects.toThrow(/cannot be simulated/);
  });
});
