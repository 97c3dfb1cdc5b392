import { describe, expect, test } from "vitest";
import { SECOND } from "#core/units";
import { simKv } from "../../targets/sim-kv/target.ts";
import type { ScriptedCase } from "./case.ts";
import { CachingOracle } from "./oracle.ts";
import { shrinkReal } from "./shrink-real.ts";
import { simulateCase } from "./simulate-case.ts";
import { simulatedOracle } from "./simulated-oracle.ts";
import { losingCase } from "./testing/cases.ts";

const SHOWS = { type: "lost-element", model: "no-lost-writes" } as const;

const started = async (): Promise<ScriptedCase> => ({
  ...(await simulateCase(losingCase())).scripted,
  shows: SHOWS,
});

/** Real nodes that show the anomaly where `isShown` says so, and may be asked so often. */
function nodes(isShown: (one: ScriptedCase) => boolean, runs: number) {
  let left = runs;
  const shown: ScriptedCase[] = [];
  const oracle = new CachingOracle({
    tries: 1,
    hasTime: () => left > 0,
    run: (one) => {
      left--;
      if (isShown(one)) shown.push(one);
      return Promise.resolve(isShown(one));
    },
  });
  return { oracle, shown };
}

const rehearsal = () => simulatedOracle(SHOWS, { target: simKv, timeBudget: 20 * SECOND });
const sizeOf = ({ load }: ScriptedCase): number => load.operations.length;

describe("shrinking a run of real nodes", () => {
  test("a few runs find the smallest step of the simulation that shows on nodes, too", async () => {
    const start = await started();
    const { oracle, shown } = nodes((one) => sizeOf(one) >= 4, 20);
    const steps: ScriptedCase[] = [];
    const small = await shrinkReal(start, oracle, {
      target: simKv,
      rehearsal: rehearsal(),
      onSmaller: (one) => steps.push(one),
    });
    expect(sizeOf(start)).toBeGreaterThan(30);
    expect(sizeOf(small)).toBeLessThan(8);
    expect(sizeOf(small)).toBeGreaterThanOrEqual(4);
    expect(shown).toContainEqual(small);
    expect(steps.at(-1)).toEqual(small);
  });

  test("what comes after the beginning of a fault comes a second later, and the end is as it was", async () => {
    const start = await started();
    const { oracle } = nodes(() => true, 1);
    const small = await shrinkReal(start, oracle, {
      target: simKv,
      rehearsal: rehearsal(),
      onSmaller: () => undefined,
    });
    const [fault] = small.schedule;
    expect(fault?.for).toBeGreaterThan(SECOND);
    expect(small.load.operations.every(({ at }) => at <= fault!.at || at > fault!.at + SECOND)).toBe(true);
    expect(small.ending).toEqual(start.ending);
  });

  test("what shows in the simulation only is not believed", async () => {
    const start = await started();
    const { oracle } = nodes((one) => sizeOf(one) >= sizeOf(start), 30);
    const small = await shrinkReal(start, oracle, {
      target: simKv,
      rehearsal: rehearsal(),
      onSmaller: () => undefined,
    });
    expect(sizeOf(small)).toBe(sizeOf(start));
  });
});
