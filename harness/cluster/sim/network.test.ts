import { describe, expect, test } from "vitest";
import type { LinkConditions } from "#core/cluster";
import type { Json } from "#core/json";
import { Random } from "#core/random";
import { LOCAL_NETWORK, type NetworkOptions } from "#core/store-node";
import { MILLISECOND, SECOND } from "#core/units";
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

function create(
  options: Partial<NetworkOptions> = {},
  seed = 1,
  optionsOf = (_from: string, _to: string): NetworkOptions => ({ ...LOCAL_NETWORK, ...options }),
) {
  const runtime = new SimRuntime(new Random(seed));
  const arrivals: Arrival[] = [];
  const network = new SimNetwork({
    runtime,
    random: new Random(seed),
    nodes: NODES,
    options: optionsOf,
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

describe("a link blocked twice", () => {
  const link = { from: "n1", to: "n2" };

  test("is free after it was unblocked twice, and not blocked by being unblocked too often", () => {
    const { network } = create();
    network.block([link]);
    network.block([link]);
    network.unblock([link]);
    expect(network.isBlocked("n1", "n2")).toBe(true);
    network.unblock([link]);
    network.unblock([link]);
    expect(network.isBlocked("n1", "n2")).toBe(false);
    network.block([link]);
    expect(network.isBlocked("n1", "n2")).toBe(true);
  });

  test("counts for itself what it dropped since it was blocked", () => {
    const { network } = create();
    network.block([link, { from: "n1", to: "n3" }]);
    for (const to of ["n2", "n2", "n3"]) network.send("n1", to, null);
    expect([network.dropped([link]), network.dropped()]).toEqual([2, 3]);
    network.unblock([link]);
    expect([network.dropped([link]), network.dropped()]).toEqual([0, 1]);
    network.block([link]);
    expect(network.dropped([link])).toBe(0);
  });
});

describe("a shaped link", () => {
  const LINKS = [{ from: "n1", to: "n2" }];
  const COUNT = 2_000;

  /** Sends numbers, one each 10 microseconds, over a link that takes 1 ms, shaped as asked. */
  async function send(conditions: LinkConditions, options: Partial<NetworkOptions> = {}) {
    const world = create({ delayMin: MILLISECOND, delayTail: 0, ...options });
    const shape = world.network.shape(LINKS, conditions);
    for (let i = 0; i < COUNT; i++)
      world.runtime.schedule(i * 10_000, () => world.network.send("n1", "n2", i));
    await world.settle();
    const numbers = world.arrivals.map(({ message }) => message as number);
    const delays = world.arrivals.map(({ at, message }) => at - (message as number) * 10_000);
    return { ...world, shape, numbers, delays };
  }

  test("adds its delay", async () => {
    const { delays, shape } = await send({ delay: { kind: "constant", value: 5 * MILLISECOND } });
    expect(new Set(delays)).toEqual(new Set([6 * MILLISECOND]));
    expect(shape.affected).toBe(COUNT);
  });

  test("loses and doubles by chance", async () => {
    const lossy = await send({ loss: 0.25 });
    expect(lossy.numbers.length).toBeGreaterThan(COUNT * 0.7);
    expect(lossy.numbers.length).toBeLessThan(COUNT * 0.8);
    expect(lossy.shape.affected).toBe(COUNT - lossy.numbers.length);
    expect(lossy.network.counts).toMatchObject({ sent: COUNT, lost: lossy.shape.affected });
    const doubling = await send({ duplication: 0.25 });
    expect(doubling.numbers.length).toBe(COUNT + doubling.shape.affected);
    expect(doubling.shape.affected).toBeGreaterThan(COUNT * 0.2);
    expect(new Set(doubling.numbers).size).toBe(COUNT);
  });

  test("holds single messages back, on ordered links too: later ones overtake them", async () => {
    const by = { kind: "constant", value: 3 * MILLISECOND } as const;
    const { numbers, delays, shape } = await send(
      { reordering: { probability: 0.1, by } },
      { ordered: true },
    );
    expect(new Set(delays)).toEqual(new Set([MILLISECOND, 4 * MILLISECOND]));
    expect(delays.filter((delay) => delay > MILLISECOND).length).toBe(shape.affected);
    expect(shape.affected).toBeGreaterThan(COUNT * 0.07);
    expect(numbers).not.toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(COUNT);
  });

  test("of a certain width lets messages through one after the other, and loses what finds its queue full", async () => {
    // One digit is a byte: a message of four takes 4 ms, one each 10 µs comes in.
    const rate = { bytesPerSecond: 1_000, queue: 50 * MILLISECOND };
    const { arrivals, network } = await send({ rate });
    const gaps = arrivals.slice(1).map(({ at, message }, i) => ({
      gap: at - (arrivals[i]?.at ?? 0),
      length: String(message).length,
    }));
    expect(gaps.every(({ gap, length }) => gap === length * MILLISECOND)).toBe(true);
    expect(arrivals.length).toBeGreaterThan(10);
    expect(arrivals.length).toBeLessThan(60);
    expect(network.counts.lost).toBe(COUNT - arrivals.length);
  });

  test("that holds everything lets it go in order when lifted, once", async () => {
    const { network, arrivals, shape, settle, runtime } = await send({ hold: true }, { ordered: true });
    expect(arrivals).toEqual([]);
    expect(shape.affected).toBe(COUNT);
    network.unshape(shape);
    network.unshape(shape);
    await settle();
    expect(arrivals.map(({ message }) => message)).toEqual(Array.from({ length: COUNT }, (_, i) => i));
    network.send("n1", "n2", "later");
    await settle();
    expect(arrivals.at(-1)).toMatchObject({ message: "later" });
    expect(arrivals.at(-1)?.at).toBeLessThan(runtime.now());
  });

  test("carries several conditions; each is lifted by itself", async () => {
    const { network, arrivals, settle, runtime } = create({ delayMin: MILLISECOND, delayTail: 0 });
    const delayed = (ms: number) =>
      network.shape(LINKS, { delay: { kind: "constant", value: ms * MILLISECOND } });
    const [ten, hundred] = [delayed(10), delayed(100)];
    const delayOf = async (): Promise<number> => {
      const start = runtime.now();
      network.send("n1", "n2", null);
      await settle();
      return ((arrivals.at(-1)?.at ?? 0) - start) / MILLISECOND;
    };
    expect(await delayOf()).toBe(111);
    network.unshape(ten);
    expect(await delayOf()).toBe(101);
    network.unshape(hundred);
    expect(await delayOf()).toBe(1);
    expect([ten.affected, hundred.affected]).toEqual([1, 2]);
    delayed(10);
    delayed(100);
    network.unshapeAll();
    expect(await delayOf()).toBe(1);
  });

  test("changes nothing about other links", async () => {
    const plain = create();
    const shaped = create();
    shaped.network.shape(LINKS, { loss: 0.5, delay: { kind: "uniform", min: 0, max: SECOND } });
    for (const { network, runtime } of [plain, shaped]) {
      for (let i = 0; i < 50; i++) {
        runtime.schedule(i * 1_000, () => {
          network.send("n1", "n2", i);
          network.send("n2", "n1", i);
        });
      }
    }
    await plain.settle();
    await shaped.settle();
    const back = ({ arrivals }: typeof plain) => arrivals.filter(({ to }) => to === "n1");
    expect(back(shaped)).toEqual(back(plain));
  });
});

test("every link can have options of its own", async () => {
  const far = { delay: { kind: "constant", value: 80 * MILLISECOND } } as const;
  const near = { ...LOCAL_NETWORK, delayMin: MILLISECOND, delayTail: 0 };
  const { runtime, network, arrivals, settle } = create({}, 1, (from, to) =>
    from === "n3" || to === "n3" ? { ...near, ...far } : near,
  );
  for (const [from, to] of [
    ["n1", "n2"],
    ["n1", "n3"],
    ["n3", "n2"],
  ] as const)
    network.send(from, to, null);
  await settle();
  expect(runtime.now()).toBeGreaterThan(0);
  expect(arrivals.map(({ from, to, at }) => [from, to, at / MILLISECOND])).toEqual([
    ["n1", "n2", 1],
    ["n1", "n3", 80],
    ["n3", "n2", 80],
  ]);
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
