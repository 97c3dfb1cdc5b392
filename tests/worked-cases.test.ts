/** The small cases that textbooks on eventual consistency work through, on whole clusters of `eventual` in simulation. */
import { describe, expect, test } from "vitest";
import type { Client } from "#core/client";
import type { Json } from "#core/json";
import type { Invocation } from "#core/operation";
import { Random } from "#core/random";
import { MILLISECOND, SECOND } from "#core/units";
import { type SimCluster, startSimCluster } from "../harness/cluster/sim/cluster.ts";
import { runVirtual } from "../harness/cluster/sim/run-virtual.ts";
import { SimRuntime } from "../harness/cluster/sim/runtime.ts";
import { quorumsFor } from "../targets/eventual/replication/leaderless/quorums.ts";
import { settingsOf } from "../targets/eventual/presets/presets.ts";
import { eventual } from "../targets/eventual/target.ts";

interface Scene {
  readonly cluster: SimCluster;
  readonly runtime: SimRuntime;
  /** A session whose home is the node of that number, counted from 1. */
  session(node: number): Client;
}

/** Three nodes of the store with these options, and what happens to them. */
function played<T>(flags: Record<string, unknown>, play: (scene: Scene) => Promise<T>): Promise<T> {
  const options = eventual.options.parse(flags);
  const random = new Random("worked cases");
  const runtime = new SimRuntime(random.fork("run"));
  const plan = eventual.environments.sim!(options);
  const nodes = ["n1", "n2", "n3"];
  return runVirtual(runtime, async () => {
    await using cluster = await startSimCluster({ runtime, plan, nodes, random: random.fork("cluster") });
    const endpoints = nodes.map((node) => cluster.endpoint(node));
    const session = (node: number): Client =>
      eventual.createClient({
        runtime,
        options,
        nodes: endpoints,
        process: node - 1,
        memory: new Map(),
        random: random.fork(`session ${node}`),
        timeout: SECOND,
      });
    return await play({ cluster, runtime, session });
  });
}

const bothWays = (a: string, b: string) => [
  { from: a, to: b },
  { from: b, to: a },
];
const ask = (f: Invocation["f"], object: Invocation["object"] & string, value: Json = null): Invocation => ({
  f,
  key: "x",
  value,
  object,
});

describe("a shopping cart on phone and laptop", () => {
  const cartAfterwards = (preset: string): Promise<Json[]> =>
    played({ preset }, async ({ cluster, runtime, session }) => {
      const [phone, laptop] = [session(1), session(2)];
      await cluster.block(["n1", "n3"].flatMap((node) => bothWays(node, "n2")));
      await phone.invoke(ask("add", "set", "milk"));
      await runtime.sleep(10 * MILLISECOND);
      await laptop.invoke(ask("add", "set", "bread"));
      await cluster.unblock();
      await runtime.sleep(2 * SECOND);
      const carts = [1, 2, 3].map(async (node) => (await session(node).invoke(ask("read", "set"))).value);
      return (await Promise.all(carts)).map((cart) => (cart as string[]).toSorted());
    });

  test("last write wins eats what the phone put in, on every node", async () => {
    expect(await cartAfterwards("cart-lww")).toEqual([["bread"], ["bread"], ["bread"]]);
  });

  test.each(["cart-orset", "cart-union"])("%s keeps both", async (preset) => {
    const both = ["bread", "milk"];
    expect(await cartAfterwards(preset)).toEqual([both, both, both]);
  });
});

describe("a post and the comment on it", () => {
  /** n1 posts, n2 reads the post and comments; n3 hears of n2 at once and of n1 late. What n3 shows first. */
  const shownBy = (flags: Record<string, unknown>): Promise<Json> =>
    played(flags, async ({ cluster, runtime, session }) => {
      const posting: Invocation = { f: "write", key: "post", value: "post", object: "register" };
      const reading = (key: string): Invocation => ({ f: "read", key, value: null, object: "register" });
      const at = async (node: number, key: string): Promise<Json> =>
        (await session(node).invoke(reading(key))).value ?? null;
      await cluster.block(bothWays("n1", "n3"));
      await session(1).invoke(posting);
      while ((await at(2, "post")) === null) await runtime.sleep(MILLISECOND);
      await session(2).invoke({ ...posting, key: "comment", value: "comment" });
      await runtime.sleep(300 * MILLISECOND);
      const early = [await at(3, "comment"), await at(3, "post")];
      await cluster.unblock();
      await runtime.sleep(SECOND);
      return [early, [await at(3, "comment"), await at(3, "post")]];
    });

  test("as updates come, the comment is there before the post", async () => {
    expect(await shownBy({ preset: "multi-leader" })).toEqual([
      ["comment", null],
      ["comment", "post"],
    ]);
  });

  test("with causal delivery the comment waits for the post", async () => {
    expect(await shownBy({ preset: "causal" })).toEqual([
      [null, null],
      ["comment", "post"],
    ]);
  });
});

test("text at position 0: concurrent inserts come to one order on every node, and nothing is lost", async () => {
  const texts = await played({ preset: "crdt" }, async ({ cluster, runtime, session }) => {
    const insert = (id: string, char: string): Invocation => ask("insert", "text", { id, after: null, char });
    await cluster.block(
      ["n1>n2", "n1>n3", "n2>n3"].flatMap((link) => bothWays(link.slice(0, 2), link.slice(3))),
    );
    const letters = ["a", "b", "c"];
    await Promise.all(letters.map((char, i) => session(i + 1).invoke(insert(`id-${char}`, char))));
    await cluster.unblock();
    await runtime.sleep(2 * SECOND);
    const reads = [1, 2, 3].map(async (node) => (await session(node).invoke(ask("read", "text"))).value);
    return (await Promise.all(reads)).map((text) =>
      (text as { char: string }[]).map(({ char }) => char).join(""),
    );
  });
  expect(new Set(texts).size).toBe(1);
  expect(texts[0]!.split("").toSorted().join("")).toBe("abc");
});

describe("quorum arithmetic", () => {
  /** Whether every set of W replicas meets every set of R replicas, by trying all. */
  const alwaysMeet = (n: number, r: number, w: number): boolean => {
    const ofSize = (size: number): number[] =>
      Array.from({ length: 2 ** n }, (_, set) => set).filter(
        (set) => set.toString(2).replaceAll("0", "").length === size,
      );
    return ofSize(w).every((written) => ofSize(r).every((read) => (written & read) !== 0));
  };

  test.each([3, 5])("of %i replicas, reads meet writes exactly if R + W > N", (n) => {
    for (let r = 1; r <= n; r++)
      for (let w = 1; w <= n; w++) {
        const quorums = quorumsFor(settingsOf(eventual.options.parse({ readQuorum: r, writeQuorum: w })), n, {
          key: "x",
        });
        expect(alwaysMeet(n, quorums.read, quorums.write)).toBe(r + w > n);
      }
  });

  test.each([3, 4, 5])("level strong takes majorities of %i replicas, which always meet", (n) => {
    const settings = settingsOf(eventual.options.parse({ readQuorum: 1, writeQuorum: 1 }));
    const { read, write } = quorumsFor(settings, n, { key: "x", level: "strong" });
    expect(alwaysMeet(n, read, write)).toBe(true);
  });
});
