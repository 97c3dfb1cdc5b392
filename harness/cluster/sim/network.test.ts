import { describe, expect, test } from "vitest";
import type { Json } from "#core/json";
import { Random } from "#core/random";
import { LOCAL_NETWORK, type NetworkOptions } from "#core/store-node";
import { MILLISECOND } from "#core/units";
import { SimNetwork } from "./network.ts";
import { runVirtual } from "./run-virtual.ts";
import { SimRuntime } from "./runtime.ts";

const NODES = ["n1", "n2", "n3"];

interface Arrival {
  readonly to: string;
  readonly from: string;
  readonly message: Json;
  readonly at: number;
}

function create(options: Partial<NetworkOptions> = {}, seed = 1) {
  const runtime = new SimRuntime(new Random(seed));
  const arrivals: Arrival[] = [];
  const network = new SimNetwork({
    runtime,
    random: new Random(seed),
    nodes: NODES,
    options: () => ({ ...LOCAL_NETWORK, ...options }),
    receive: (to, from, message) => {
      arrivals.push({ to, from, message, at: runtime.now() });
    },
  });
  const settle = (): Promise<void> => runVirtual(runtime, () => runtime.sleep(1_000 * MILLISECOND));
  return { runtime, network, arrivals, settle };
}

/** Sends the numbers from 0 on from n1 to n2, one each microsecond. */
async function sendMany(count: number, options: Partial<NetworkOptions>, seed = 1) {
  const world = create(options, seed);
  for (let i = 0; i < count; i++)
    world.runtime.schedule(i * 1_000, () => world.network.send("n1", "n2", { i }));
  await world.settle();
  return { ...world, numbers: world.arrivals.map(({ message }) => (message as { i: number }).i) };
}

describe("delay", () => {
  test("is never below the least one, and has the mean that was asked for", async () => {
    const { arrivals, numbers } = await sendMany(5_000, { delayMin: 100_000, delayTail: 50_000 });
    const delays = arrivals.map(({ at }, i) => at - (numbers[i] ?? 0) * 1_000);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(100_000);
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    expect(mean).toBeGreaterThan(145_000);
    expect(mean).toBeLessThan(155_000);
  });

  test("lets messages overtake, unless links are ordered", async () => {
    const ascending = Array.from({ length: 500 }, (_, i) => i);
    const loose = await sendMany(500, { ordered: false });
    expect(loose.numbers).not.toEqual(ascending);
    expect([...loose.numbers].sort((a, b) => a - b)).toEqual(ascending);
    expect((await sendMany(500, { ordered: true })).numbers).toEqual(ascending);
  });

  test("of one link does not depend on what other links carry", async () => {
    const alone = await sendMany(50, {});
    const busy = create();
    for (let i = 0; i < 50; i++) {
      busy.runtime.schedule(i * 1_000, () => {
        busy.network.send("n3", "n2", { noise: i });
        busy.network.send("n1", "n2", { i });
      });
    }
    await busy.settle();
    const fromN1 = busy.arrivals.filter(({ from }) => from === "n1");
    expect(fromN1).toEqual(alone.arrivals);
  });

  test("follows from the seed", async () => {
    const arrivals = async (seed: number): Promise<Arrival[]> => (await sendMany(50, {}, seed)).arrivals;
    expect(await arrivals(2)).toEqual(await arrivals(2));
    expect(await arrivals(3)).not.toEqual(await arrivals(2));
  });
});

describe("loss and duplication", () => {
  test("strike as often as asked for, and lost messages are counted", async () => {
    const lossy = await sendMany(5_000, { loss: 0.1 });
    expect(lossy.network.counts).toEqual({
      sent: 5_000,
      delivered: lossy.arrivals.length,
      blocked: 0,
      lost: 5_000 - lossy.arrivals.length,
    });
    expect(lossy.network.counts.lost).toBeGreaterThan(400);
    expect(lossy.network.counts.lost).toBeLessThan(600);
    const doubled = await sendMany(5_000, { duplication: 0.1 });
    expect(doubled.arrivals.length).toBeGreaterThan(5_400);
    expect(doubled.arrivals.length).toBeLessThan(5_600);
  });
});

describe("a blocked link", () => {
  test("drops what is sent and what is under way, in its direction only, and counts it", async () => {
    const { network, arrivals, settle } = create();
    network.send("n1", "n2", "under way");
    network.block([{ from: "n1", to: "n2" }]);
    network.send("n1", "n2", "sent");
    network.send("n2", "n1", "other direction");
    network.send("n1", "n3", "other link");
    await settle();
    expect(new Set(arrivals.map(({ message }) => message))).toEqual(
      new Set(["other direction", "other link"]),
    );
    expect(network.dropped()).toBe(2);
    expect([network.isBlocked("n1", "n2"), network.isBlocked("n2", "n1")]).toEqual([true, false]);
  });

  test("adds to those blocked before; all are free after unblocking, and counting begins anew", async () => {
    const { network, arrivals, settle } = create();
    network.block([{ from: "n1", to: "n2" }]);
    network.block([{ from: "n1", to: "n3" }]);
    network.send("n1", "n2", 1);
    network.send("n1", "n3", 2);
    expect(network.dropped()).toBe(2);
    network.unblockAll();
    network.unblockAll();
    expect(network.dropped()).toBe(0);
    network.send("n1", "n2", 3);
    network.send("n1", "n3", 4);
    await settle();
    expect(new Set(arrivals.map(({ message }) => message))).toEqual(new Set([3, 4]));
    expect(network.counts).toEqual({ sent: 4, delivered: 2, blocked: 2, lost: 0 });
  });
});

test("a message cannot be changed once it was sent", () => {
  const { network } = create();
  const message = { list: [{ x: 1 }] };
  network.send("n1", "n2", message);
  expect(() => message.list.push({ x: 2 })).toThrow(TypeError);
  expect(() => Object.assign(message.list[0] as object, { x: 3 })).toThrow(TypeError);
});

test("a node that does not exist is a mistake of the store", () => {
  expect(() => create().network.send("n1", "n9", null)).toThrow("no link from n1 to n9");
});
