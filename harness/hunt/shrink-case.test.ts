import { describe, expect, test } from "vitest";
import { SECOND } from "#core/units";
import type { Target } from "#core/target";
import { eventual } from "../../targets/eventual/target.ts";
import { simKv } from "../../targets/sim-kv/target.ts";
import { shoppingCart } from "../../workloads/shopping-cart.ts";
import type { ScriptedCase } from "./case.ts";
import { CachingOracle } from "./oracle.ts";
import { shrinkCase } from "./shrink-case.ts";
import { simulateCase } from "./simulate-case.ts";
import { losingCase } from "./testing/cases.ts";

const started = async (more = {}): Promise<ScriptedCase> => ({
  ...(await simulateCase(losingCase(more))).scripted,
  shows: { type: "lost-element", model: "no-lost-writes" },
});

/** Says yes where `isShown` does, without running anything. */
const pretend = (isShown: (one: ScriptedCase) => boolean, more: { tries?: number; runs?: number } = {}) => {
  const tried: string[] = [];
  let runs = 0;
  const oracle = new CachingOracle({
    tries: more.tries ?? 1,
    hasTime: () => runs < (more.runs ?? 100_000),
    run: (one) => {
      runs++;
      return Promise.resolve(isShown(one));
    },
    onTried: (_one, { shown, tries }) => tried.push(`${shown} of ${tries}`),
  });
  return { oracle, tried };
};

const options = { target: simKv, onSmaller: () => undefined };

describe("shrinking a case", () => {
  test("keeps what the anomaly needs and nothing else", async () => {
    const start = await started();
    const [needed, also] = [start.load.operations[7]!, start.load.operations[23]!];
    const isNeeded = (one: ScriptedCase): boolean =>
      one.schedule.length === 1 &&
      one.nodes.length >= 2 &&
      [needed, also].every(({ f, value }) =>
        one.load.operations.some((operation) => operation.f === f && operation.value === value),
      );
    const small = await shrinkCase(start, pretend(isNeeded).oracle, options);
    expect(small.load.operations.map(({ value }) => value)).toEqual([needed.value, also.value]);
    expect(small.schedule).toHaveLength(1);
    expect(small.nodes).toEqual(["n1", "n2"]);
    expect(small.time).toBeLessThan(start.time);
  });

  test("never leaves out final reads of a key where the anomaly goes by them", async () => {
    const start = await started();
    const small = await shrinkCase(start, pretend((one) => one.load.operations.length > 0).oracle, options);
    expect(small.load.operations).toHaveLength(1);
    const { key } = small.load.operations[0]!;
    expect(small.load.finalReads.map((read) => read.key)).toEqual([key]);
  });

  test("takes no option that lets the target promise less", async () => {
    const start = await started({ targetOptions: { replication: "majority", readFrom: "primary" } });
    const { oracle } = pretend(({ nodes }) => nodes.length === 3);
    const small = await shrinkCase(start, oracle, options);
    expect(small.targetOptions["replication"]).toBe("majority");
    expect(small.load.operations).toEqual([]);
  });

  test("takes no option with which the objects are others than those by which the case is judged", async () => {
    const start = await started({
      target: "eventual",
      targetOptions: { preset: "causal" },
      workload: "shopping-cart",
      workloadOptions: shoppingCart.options.parse({}) as ScriptedCase["workloadOptions"],
      schedule: [],
      objects: [...eventual.objects!(eventual.options.parse({ preset: "causal" }), shoppingCart.objects)],
    });
    const broken = { ...start, shows: { type: "resurrected-element", model: "crdt-semantics" } as const };
    const { oracle } = pretend((one) => one.load.operations.length > 0);
    const small = await shrinkCase(broken, oracle, {
      target: eventual as Target,
      onSmaller: () => undefined,
    });
    expect(broken.objects[0]).toMatchObject({ crdt: "or-set", visibility: "causal" });
    expect(small.targetOptions["preset"]).toBe("causal");
  });

  test("ends with its budget, at a case that was seen to show the anomaly", async () => {
    const start = await started();
    const shown = new Set<string>();
    const { oracle } = pretend(
      (one) => {
        const isShown = one.load.operations.length > 3;
        if (isShown) shown.add(JSON.stringify(one));
        return isShown;
      },
      { runs: 5 },
    );
    const small = await shrinkCase(start, oracle, options);
    expect(oracle.runs).toBe(5);
    expect([...shown, JSON.stringify(start)]).toContain(JSON.stringify(small));
  });
});

test("outside the simulation each step is run until it shows the anomaly, several times at most", async () => {
  const start = await started();
  let runs = 0;
  const { oracle, tried } = pretend(() => ++runs % 3 === 0, { tries: 5 });
  expect(await oracle.shows(start)).toBe(true);
  expect(tried).toEqual(["1 of 3"]);
  expect(await oracle.shows(start), "known: not run again").toBe(true);
  expect(oracle.runs).toBe(3);
  const never = pretend(() => false, { tries: 3 });
  expect(await never.oracle.shows({ ...start, time: SECOND })).toBe(false);
  expect(never.tried).toEqual(["0 of 3"]);
});

test("outside the simulation no other seeds are tried, and the time before the final reads stays", async () => {
  const start = await started();
  const seeds = new Set<string>();
  const { oracle } = pretend((one) => {
    seeds.add(one.seed);
    return one.load.operations.length > 0 && one.nodes.length === 3;
  });
  const small = await shrinkCase(start, oracle, { ...options, inRealTime: true });
  expect([...seeds]).toEqual([start.seed]);
  expect(small.ending).toEqual({ ...start.ending, probes: false });
  expect(small.load.operations).toHaveLength(1);
});
