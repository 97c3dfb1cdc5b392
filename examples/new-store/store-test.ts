import assert from "node:assert/strict";
import { test } from "node:test";
import { simulate } from "riftcheck";
import { target } from "./store.ts";

const SEEDS = [1, 2, 3, 4, 5];

for (const seed of SEEDS) {
  void test(`keeps its promises under partitions, crashes and loss of power, seed ${seed}`, async () => {
    const faults = ["partition", "kill", "power", "packet-loss"];
    const { verdict } = await simulate(target, { faults, time: "10s", rate: 100, seed });
    assert.equal(verdict.valid, true, verdict.summary);
  });
}

void test("gives the same history for the same seed", async () => {
  const run = () => simulate(target, { faults: ["partition"], time: "5s", rate: 100, seed: 1 });
  assert.equal((await run()).lines, (await run()).lines);
});

void test("with reads that ask nobody it is found out", async () => {
  const settings = { targetOptions: { readLocally: true }, faults: ["partition"] };
  const { verdict } = await simulate(target, { ...settings, time: "5s", rate: 100, seed: 1 });
  assert.equal(verdict.valid, false);
  assert(verdict.anomalies.some(({ model }) => model === "linearizable"));
});
