import { describe, expect, test } from "vitest";
import { SECOND } from "#core/units";
import { judgeHistory } from "../harness/cli/judge-history.ts";
import { simulate } from "../harness/cli/simulate.ts";
import { QUORUM_TIME, readsOfQuorums } from "../harness/experiments/stale-by-quorum.ts";
import { parseHistory } from "../harness/history/read-history.ts";
import { eventual } from "../targets/eventual/target.ts";
import { shoppingCart } from "../workloads/shopping-cart.ts";

const SEEDS = ["1", "2", "3"];
const TIME = 3 * SECOND;

/** Acknowledged items that no node has in the end. */
async function lostItems(options: Record<string, unknown>, seed: string, isCut: boolean): Promise<number> {
  const { lines, outcome } = await simulate({
    target: eventual,
    targetOptions: eventual.options.parse(options),
    workload: shoppingCart,
    workloadOptions: shoppingCart.options.parse({}),
    nodes: 3,
    clients: 6,
    rate: 60,
    time: TIME,
    seed,
    schedule: isCut
      ? [{ id: 1, at: TIME / 6, for: TIME / 2, fault: "partition-halves", on: ["n1"], parameters: {} }]
      : [],
  });
  expect(outcome.error).toBeUndefined();
  const { counts } = judgeHistory(parseHistory(lines, seed), {
    expectations: [],
    models: ["no-lost-writes"],
  });
  return counts["lost-element"] ?? 0;
}

describe.each([
  ["a partition", {}, true],
  ["clocks half a second apart", { clockSkew: 500 }, false],
] as const)("carts under %s", (_, skew, isCut) => {
  const lost = async (preset: string): Promise<number> => {
    let sum = 0;
    for (const seed of SEEDS) sum += await lostItems({ preset, ...skew }, seed, isCut);
    return sum;
  };

  test("lose items where the last writer wins", async () => {
    expect(await lost("cart-lww")).toBeGreaterThan(0);
  }, 60_000);

  test("lose none as OR-Sets", async () => {
    expect(await lost("cart-orset")).toBe(0);
  }, 60_000);
});

/** `node tools/quorum-reads.ts` counts a hundred thousand reads of each, and of all choices of five nodes. */
test.each([
  [3, 1, 1],
  [3, 1, 2],
  [3, 2, 1],
  [3, 2, 2],
  [3, 1, 3],
  [3, 3, 1],
  [5, 2, 2],
  [5, 3, 2],
  [5, 3, 3],
  [5, 1, 5],
])(
  "of %i replicas %i are read and %i written",
  async (nodes, r, w) => {
    const { reads, stale, writes } = await readsOfQuorums({ nodes, r, w, time: QUORUM_TIME, seed: "1" });
    expect(Math.min(reads, writes)).toBeGreaterThan(50);
    if (r + w > nodes) expect(stale).toBe(0);
    else expect(stale).toBeGreaterThan(0);
  },
  60_000,
);
