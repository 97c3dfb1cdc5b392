import { describe, expect, test } from "vitest";
import { simulate } from "../harness/api/simulate.ts";
import { targets } from "../targets/registry.ts";

const FAULTS = ["partition", "power", "kill", "packet-loss", "packet-duplication", "packet-reordering"];

describe.each(["automerge", "yjs"])("%s", (name) => {
  const target = targets[name]!;

  test.each([1, 2])("loses nothing and converges under every fault, documents, seed %i", async (seed) => {
    const { verdict } = await simulate(target, { faults: FAULTS, rate: 40, time: "8s", seed });
    expect(verdict.valid, verdict.summary).toBe(true);
    expect(verdict.models).toMatchObject({
      convergence: { verdict: "satisfied" },
      "no-lost-writes": { verdict: "satisfied" },
    });
  });

  test.each(["shopping-cart", "like-counter", "set", "session"])(
    "keeps the semantics of %s",
    async (workload) => {
      const { verdict } = await simulate(target, {
        workload,
        faults: FAULTS,
        rate: 60,
        time: "10s",
        seed: 1,
      });
      expect(verdict.valid, verdict.summary).toBe(true);
      expect(verdict.models).toMatchObject({ "crdt-semantics": { verdict: "satisfied" } });
    },
  );

  test("gives the same history, byte for byte, for the same seed and another for another", async () => {
    const run = async (seed: number): Promise<string> =>
      (await simulate(target, { faults: FAULTS, rate: 40, time: "6s", seed })).lines;
    const first = await run(1);
    expect(await run(1)).toBe(first);
    expect(await run(2)).not.toBe(first);
  });

  test("without its rounds of syncing it would not heal", async () => {
    const settings = { faults: ["packet-loss"], rate: 40, time: "6s", seed: 1 };
    const { verdict } = await simulate(target, { ...settings, targetOptions: { syncEvery: 3_600_000 } });
    expect(verdict.models).toMatchObject({ convergence: { verdict: "violated" } });
  });
});
