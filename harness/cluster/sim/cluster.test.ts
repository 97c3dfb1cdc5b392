import { describe, expect, test } from "vitest";
import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import { Random } from "#core/random";
import type { Connection } from "#core/runtime";
import type { NodeContext, StoreNode } from "#core/store-node";
import { MILLISECOND, SECOND } from "#core/units";
import { type SimCluster, startSimCluster } from "./cluster.ts";
import { runVirtual } from "./run-virtual.ts";
import { SimRuntime } from "./runtime.ts";

interface World {
  readonly runtime: SimRuntime;
  readonly cluster: SimCluster;
  connect(node: string): Promise<Connection>;
  sleep(ms: number): Promise<void>;
}

/** Runs `main` in virtual time with three nodes made by `createNode`. */
async function simulate(
  createNode: (context: NodeContext) => StoreNode,
  main: (world: World) => Promise<void>,
): Promise<void> {
  const runtime = new SimRuntime(new Random(7));
  await runVirtual(runtime, async () => {
    const plan = { createNode };
    await using cluster = await startSimCluster({
      runtime,
      plan,
      nodes: ["n1", "n2", "n3"],
      random: new Random(8),
    });
    await main({
      runtime,
      cluster,
      connect: (node) => runtime.connect(cluster.endpoint(node)),
      sleep: (ms) => runtime.sleep(ms * MILLISECOND),
    });
  });
}

/** A node that does what requests say, and can count on disk and in memory. */
function createObedient(context: NodeContext): StoreNode {
  let inMemory = 0;
  const received: Json[] = [];
  const commands: Record<string, (argument: Json, reply: (response: Json) => void) => void> = {
    echo: (argument, reply) => reply(argument),
    later: (argument, reply) => void context.after(argument as number, () => reply("late")),
    silence: () => undefined,
    twice: (_argument, reply) => {
      reply(1);
      reply(2);
    },
    fail: () => {
      throw new RangeError("cannot do that");
    },
    send: (argument, reply) => {
      for (const peer of context.peers) context.send(peer, argument);
      reply(null);
    },
    received: (_argument, reply) => reply([...received]),
    count: (_argument, reply) => {
      inMemory++;
      context.disk.set("count", ((context.disk.get("count") as number | undefined) ?? 0) + 1);
      context.disk.append("log", inMemory);
      reply({ inMemory, onDisk: context.disk.get("count") ?? null, log: context.disk.read("log") });
    },
    tick: (argument, reply) => {
      const tick = (): void => {
        context.log(`tick at ${context.now() / MILLISECOND}`);
        context.after(argument as number, tick);
      };
      tick();
      reply(null);
    },
  };
  return {
    onMessage: (from, message) => received.push(`${from}: ${JSON.stringify(message)}`),
    onRequest: (request, reply) => {
      const [command, argument] = request as [string, Json];
      commands[command]?.(argument, reply);
    },
  };
}

const outcome = (promise: Promise<Json>): Promise<Json> =>
  promise.catch((error: unknown) =>
    error instanceof OperationError ? `error: ${error.code}` : "other error",
  );

describe("kill", () => {
  test("ends timers and memory; the disk stays for the next process", () =>
    simulate(createObedient, async ({ cluster, connect, sleep }) => {
      const before = await connect("n1");
      await before.request(["count", null]);
      expect(await before.request(["count", null])).toEqual({ inMemory: 2, onDisk: 2, log: [1, 2] });
      await before.request(["tick", 10 * MILLISECOND]);
      await cluster.kill("n1");
      expect([await cluster.state("n1"), await cluster.incarnation("n1")]).toEqual(["stopped", "1"]);
      await sleep(100);
      await cluster.start("n1");
      expect([await cluster.state("n1"), await cluster.incarnation("n1")]).toEqual(["running", "2"]);
      const after = await connect("n1");
      expect(await after.request(["count", null])).toEqual({ inMemory: 1, onDisk: 3, log: [1, 2, 1] });
      await sleep(100);
      const { "n1/store.log": log } = await cluster.logs();
      expect(log?.match(/tick/g)).toHaveLength(1);
      expect(log).toMatch(/process 1 started\n.*tick.*\n.*process 1 killed\n.*process 2 started/);
    }));

  test("breaks requests under way, and refuses new connections until the node is started", () =>
    simulate(createObedient, async ({ cluster, connect, sleep }) => {
      const connection = await connect("n1");
      const underWay = outcome(connection.request(["silence", null]));
      await sleep(10);
      await cluster.kill("n1");
      expect(await underWay).toBe("error: connection-lost");
      expect(await outcome(connection.request(["echo", 1]))).toBe("error: not-connected");
      expect(await outcome(connect("n1").then(() => "connected"))).toBe("error: connection-refused");
      await cluster.start("n1");
      expect(await outcome(connection.request(["echo", 1]))).toBe("error: not-connected");
      expect(await (await connect("n1")).request(["echo", 2])).toBe(2);
    }));

  test("leaves a reply that was sent before on its way: what was done is answered", () =>
    simulate(createObedient, async ({ cluster, connect, sleep }) => {
      const replies: Json[] = [];
      for (let i = 0; i < 20; i++) {
        const connection = await connect("n1");
        const counting = outcome(connection.request(["count", null]));
        await sleep(0.5);
        await cluster.kill("n1");
        replies.push(await counting);
        await cluster.start("n1");
      }
      const answered = replies.filter((reply) => reply !== "error: connection-lost").length;
      expect(answered).toBeGreaterThan(0);
      expect(answered).toBeLessThan(20);
      expect(await (await connect("n1")).request(["count", null])).toMatchObject({ onDisk: answered + 1 });
    }));

  test("ends timers even if the node is started before they are due", () =>
    simulate(createObedient, async ({ cluster, connect, sleep }) => {
      const connection = await connect("n1");
      await connection.request(["tick", 10 * MILLISECOND]);
      await cluster.kill("n1");
      await cluster.start("n1");
      await sleep(100);
      expect((await cluster.logs())["n1/store.log"]?.match(/tick/g)).toHaveLength(1);
    }));

  test("of a dead node, start of a living one, resume of one not paused: nothing happens", () =>
    simulate(createObedient, async ({ cluster }) => {
      await cluster.start("n1");
      await cluster.resume("n1");
      expect(await cluster.incarnation("n1")).toBe("1");
      await cluster.kill("n1");
      await cluster.kill("n1");
      await cluster.pause("n1");
      expect(await cluster.state("n1")).toBe("stopped");
    }));
});

describe("pause", () => {
  test("holds messages, requests and timers back until resume, in their order", () =>
    simulate(createObedient, async ({ cluster, connect, sleep }) => {
      const paused = await connect("n1");
      const other = await connect("n2");
      await paused.request(["tick", 10 * MILLISECOND]);
      await cluster.pause("n1");
      expect(await cluster.state("n1")).toBe("paused");
      let answered = false;
      const echo = paused.request(["echo", "x"]).then((value) => {
        answered = true;
        return value;
      });
      await other.request(["send", "first"]);
      await sleep(50);
      await other.request(["send", "second"]);
      const connecting = connect("n1");
      await sleep(50);
      expect(answered).toBe(false);
      expect((await cluster.logs())["n1/store.log"]?.match(/tick/g)).toHaveLength(1);
      await connecting;
      await cluster.resume("n1");
      expect(await echo).toBe("x");
      expect(await paused.request(["received", null])).toEqual(['n2: "first"', 'n2: "second"']);
      expect((await cluster.logs())["n1/store.log"]).toMatch(/tick at 1\d\d\./);
    }));

  test("of a node that is then killed drops what it held back", () =>
    simulate(createObedient, async ({ cluster, connect, sleep }) => {
      const connection = await connect("n1");
      await cluster.pause("n1");
      const counting = outcome(connection.request(["count", null]));
      await sleep(10);
      await cluster.kill("n1");
      expect(await counting).toBe("error: connection-lost");
      await cluster.start("n1");
      expect(await cluster.state("n1")).toBe("running");
      expect(await (await connect("n1")).request(["count", null])).toMatchObject({ onDisk: 1 });
    }));

  test("a timer cancelled by what came first at resume does not fire", async () => {
    const fired: string[] = [];
    const createNode = (context: NodeContext): StoreNode => {
      const cancel = context.after(20 * MILLISECOND, () => fired.push("cancelled"));
      context.after(10 * MILLISECOND, () => {
        fired.push("first");
        cancel();
      });
      return { onMessage: () => undefined, onRequest: () => undefined };
    };
    await simulate(createNode, async ({ cluster, sleep }) => {
      for (const node of cluster.nodes) await cluster.pause(node);
      await sleep(50);
      expect(fired).toEqual([]);
      for (const node of cluster.nodes) await cluster.resume(node);
      await sleep(50);
      expect(fired).toEqual(["first", "first", "first"]);
    });
  });
});

describe("links", () => {
  test("blocked between nodes leave clients alone; both directions make a node reachable", () =>
    simulate(createObedient, async ({ cluster, connect, sleep }) => {
      await cluster.block([{ from: "n1", to: "n2" }]);
      expect(await cluster.reachable("n1", "n2")).toBe(false);
      expect(await cluster.reachable("n2", "n1")).toBe(false);
      expect(await cluster.reachable("n1", "n3")).toBe(true);
      await (await connect("n1")).request(["send", "a"]);
      await sleep(10);
      expect(await (await connect("n2")).request(["received", null])).toEqual([]);
      expect(await (await connect("n3")).request(["received", null])).toEqual(['n1: "a"']);
      expect(await cluster.dropped()).toBe(1);
      await cluster.unblock();
      expect(await cluster.dropped()).toBe(0);
      expect(await cluster.reachable("n2", "n1")).toBe(true);
    }));
});

describe("connections", () => {
  test("answer requests one by one, in order", () =>
    simulate(createObedient, async ({ connect, runtime }) => {
      const connection = await connect("n1");
      const order: Json[] = [];
      const requests: Json[] = [
        ["later", 20 * MILLISECOND],
        ["echo", 1],
        ["echo", 2],
      ];
      await Promise.all(
        requests.map((request) => connection.request(request).then((reply) => order.push(reply))),
      );
      expect(order).toEqual(["late", 1, 2]);
      expect(runtime.now()).toBeGreaterThan(20 * MILLISECOND);
    }));

  test("closed by the client end its requests, which may still be performed", () =>
    simulate(createObedient, async ({ connect, sleep }) => {
      const connection = await connect("n1");
      const counting = outcome(connection.request(["count", null]));
      connection.close();
      connection.close();
      expect(await counting).toBe("error: connection-lost");
      expect(await outcome(connection.request(["echo", 1]))).toBe("error: not-connected");
      await sleep(10);
      expect(await (await connect("n1")).request(["count", null])).toMatchObject({ onDisk: 2 });
    }));

  test("are refused after the cluster was torn down", async () => {
    const runtime = new SimRuntime(new Random(1));
    await runVirtual(runtime, async () => {
      const settings = {
        runtime,
        plan: { createNode: createObedient },
        nodes: ["n1"],
        random: new Random(1),
      };
      const cluster = await startSimCluster(settings);
      const connection = await runtime.connect(cluster.endpoint("n1"));
      const underWay = outcome(connection.request(["silence", null]));
      await cluster[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
      expect(await underWay).toBe("error: connection-lost");
      expect(await outcome(runtime.connect(cluster.endpoint("n1")).then(() => "connected"))).toBe(
        "error: connection-refused",
      );
    });
  });
});

describe("a store that breaks ends the run with node, time and message", () => {
  const run = (command: Json): Promise<void> =>
    simulate(createObedient, async ({ connect, runtime }) => {
      await runtime.sleep(SECOND);
      await (await connect("n2")).request(command);
    });

  test("when it throws", async () => {
    await expect(run(["fail", null])).rejects.toMatchObject({
      code: "store-failed",
      message: expect.stringMatching(/^node n2 threw at 1\.00 s: cannot do that$/),
      hint: expect.stringContaining("RangeError: cannot do that"),
    });
  });

  test("when it answers one request twice", async () => {
    await expect(run(["twice", null])).rejects.toMatchObject({
      code: "store-failed",
      message: expect.stringContaining("n2 replied twice"),
    });
  });

  test("when it cannot even be made", async () => {
    const createNode = (): StoreNode => {
      throw new Error("no such mode");
    };
    await expect(simulate(createNode, async () => undefined)).rejects.toThrow(
      "node n1 threw at 0 ns: no such mode",
    );
  });
});

test("a log keeps its latest lines and says how many it left out", async () => {
  const createNode = (context: NodeContext): StoreNode => {
    for (let i = 1; i <= 25_000; i++) context.log(`line ${i}`);
    return { onMessage: () => undefined, onRequest: () => undefined };
  };
  await simulate(createNode, async ({ cluster }) => {
    const lines = (await cluster.logs())["n3/store.log"]?.trimEnd().split("\n") ?? [];
    expect(lines.at(-1)).toBe("0.000000 line 25000");
    expect(lines.length).toBeLessThanOrEqual(20_001);
    expect(lines[0]).toBe(`riftcheck: ${25_001 - (lines.length - 1)} earlier lines left out`);
  });
});
