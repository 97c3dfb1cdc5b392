import { describe, expect, test } from "vitest";
import { CLIENTS } from "#core/cluster";
import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import { Random } from "#core/random";
import type { Connection } from "#core/runtime";
import type { NodeContext, StoreNode } from "#core/store-node";
import { MILLISECOND, SECOND } from "#core/units";
import { type SimCluster, startSimCluster } from "./cluster.ts";
import { runVirtual } from "./run-virtual.ts";
import { type FloodLimits, SimRuntime } from "./runtime.ts";

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
  limits?: FloodLimits,
): Promise<void> {
  const runtime = new SimRuntime(new Random(7), limits);
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

describe("links between clients and nodes", () => {
  const N1 = [
    { from: CLIENTS, to: "n1" },
    { from: "n1", to: CLIENTS },
  ];
  const answeredWithin = (world: World, promise: Promise<Json>): Promise<Json> =>
    Promise.race([outcome(promise), world.sleep(1_000).then(() => "no answer")]);

  test("lose requests in silence while cut; the connection stays silent, a new one works", () =>
    simulate(createObedient, async (world) => {
      const { cluster, connect } = world;
      const [cutOff, other] = [await connect("n1"), await connect("n2")];
      await cluster.block(N1);
      expect([await cluster.reachable(CLIENTS, "n1"), await cluster.reachable("n2", "n1")]).toEqual([
        false,
        true,
      ]);
      const connecting = connect("n1").then(() => "connected");
      expect(await answeredWithin(world, cutOff.request(["count", null]))).toBe("no answer");
      expect(await answeredWithin(world, connecting)).toBe("no answer");
      expect(await answeredWithin(world, other.request(["echo", 1]))).toBe(1);
      expect(await cluster.dropped(N1)).toBe(2);
      await cluster.unblock(N1);
      expect(await answeredWithin(world, cutOff.request(["echo", 1]))).toBe("no answer");
      expect(await answeredWithin(world, connecting)).toBe("no answer");
      expect(await (await connect("n1")).request(["count", null])).toMatchObject({ onDisk: 1 });
    }));

  test("lose replies of requests that were performed", () =>
    simulate(createObedient, async (world) => {
      const { cluster, connect } = world;
      const connection = await connect("n1");
      await cluster.block(N1.slice(1));
      expect(await answeredWithin(world, connection.request(["count", null]))).toBe("no answer");
      await cluster.unblock(N1.slice(1));
      expect(await (await connect("n1")).request(["count", null])).toMatchObject({ onDisk: 2 });
    }));

  test("hide from clients that a node died", () =>
    simulate(createObedient, async (world) => {
      const { cluster, connect } = world;
      const underWay = (await connect("n1")).request(["silence", null]);
      await cluster.block(N1);
      await cluster.kill("n1");
      expect(await answeredWithin(world, underWay)).toBe("no answer");
    }));

  test("that lose by chance make connections late, in order, and lose nothing", () =>
    simulate(createObedient, async ({ cluster, connect, runtime }) => {
      const connection = await connect("n1");
      const shaped = await cluster.shaping.shape(N1, { loss: 0.3, duplication: 0.5 });
      const started = runtime.now();
      const order: Json[] = [];
      const echoes = Array.from({ length: 20 }, (_, i) =>
        connection.request(["echo", i]).then((reply) => order.push(reply)),
      );
      await Promise.all(echoes);
      expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
      expect(runtime.now() - started).toBeGreaterThan(200 * MILLISECOND);
      expect(await shaped.affected()).toBeGreaterThan(5);
      await shaped.lift();
      await shaped.lift();
    }));

  test("that hold messages release them, requests and replies alike", () =>
    simulate(createObedient, async (world) => {
      const { cluster, connect } = world;
      const connection = await connect("n1");
      const shaped = await cluster.shaping.shape(N1, { hold: true });
      const counting = connection.request(["count", null]);
      expect(await answeredWithin(world, counting)).toBe("no answer");
      await shaped.lift();
      expect(await counting).toMatchObject({ onDisk: 1 });
    }));
});

describe("loss of power", () => {
  /** Appends, and syncs when asked to. */
  const createNode = ({ disk, log }: NodeContext): StoreNode => ({
    onMessage: () => undefined,
    onRequest: (request, reply) => {
      if (request === "read") reply([...disk.read("log")]);
      else {
        disk.append("log", request);
        if (request === "sync") log("syncs");
        if (request === "sync") disk.sync(() => reply("synced"));
        else reply("written");
      }
    },
  });

  test("ends the process and keeps what was synced", () =>
    simulate(createNode, async ({ cluster, connect, sleep }) => {
      const connection = await connect("n1");
      expect(await connection.request("sync")).toBe("synced");
      for (let i = 0; i < 200; i++) await connection.request(i);
      const underWay = outcome(connection.request("read"));
      const loss = (await cluster.power.cut("n1")) as { unsynced: number; lost: number };
      expect(await cluster.state("n1")).toBe("stopped");
      expect(await underWay).toBe("error: connection-lost");
      expect(loss.unsynced).toBe(200);
      expect(await cluster.power.cut("n1")).toEqual({ unsynced: 0, lost: 0 });
      await sleep(10);
      await cluster.start("n1");
      const left = (await (await connect("n1")).request("read")) as Json[];
      expect(left).toEqual(["sync", ...Array.from({ length: 200 - loss.lost }, (_, i) => i)]);
      expect((await cluster.logs())["n1/store.log"]).toMatch(/lost its power\n.* of 200 unsynced writes/);
    }));

  test("of a node that was killed takes what that process left unsynced", () =>
    simulate(createNode, async ({ cluster, connect }) => {
      const connection = await connect("n1");
      for (let i = 0; i < 50; i++) await connection.request(i);
      await cluster.kill("n1");
      expect(await cluster.power.cut("n1")).toMatchObject({ unsynced: 50 });
    }));

  test("while a sync is under way: whoever waited for it never hears of it", () =>
    simulate(createNode, async ({ cluster, connect, sleep }) => {
      const syncing = outcome((await connect("n1")).request("sync"));
      while (!String((await cluster.logs())["n1/store.log"]).includes("syncs")) await sleep(0.01);
      expect(await cluster.power.cut("n1")).toMatchObject({ unsynced: 1 });
      expect(await syncing).toBe("error: connection-lost");
    }));
});

describe("clocks", () => {
  const createNode = (context: NodeContext): StoreNode => ({
    onMessage: () => undefined,
    onRequest: (request, reply) => {
      if (request === "time") reply([context.now(), context.wallClock()]);
      else context.after(request as number, () => reply(context.now()));
    },
  });

  test("of single nodes jump, run fast and are put right; timers follow the node's own", () =>
    simulate(createNode, async ({ cluster, connect, runtime }) => {
      const connections = await Promise.all(["n1", "n2"].map(connect));
      await cluster.clocks.jump("n1", -5 * SECOND);
      await cluster.clocks.setRate("n2", 4);
      const took = await Promise.all(
        connections.map(async (connection) => {
          const before = runtime.now();
          await connection.request(4 * SECOND);
          return (runtime.now() - before) / SECOND;
        }),
      );
      expect(took.map(Math.round)).toEqual([4, 1]);
      const [first, second] = (await Promise.all(
        connections.map((one) => one.request("time")),
      )) as number[][];
      expect(first?.[1]).toBe((first?.[0] ?? 0) - 5 * SECOND);
      expect(second?.[1]).toBe(second?.[0]);
      expect(second?.[0]).toBeGreaterThan(runtime.now() + 10 * SECOND);
      for (const node of ["n1", "n2"]) {
        expect(await cluster.clocks.ahead(node)).not.toBe(0);
        await cluster.clocks.reset(node);
        expect(await cluster.clocks.ahead(node)).toBe(0);
      }
    }));
});

describe("a slow node", () => {
  test("does one thing after the other, each in its time; restored, it catches up at once", () =>
    simulate(createObedient, async ({ cluster, connect, runtime, sleep }) => {
      const connections = await Promise.all(Array.from({ length: 10 }, () => connect("n1")));
      await cluster.speed.slow("n1", { kind: "constant", value: 100 * MILLISECOND });
      const started = runtime.now();
      const times: number[] = [];
      const all = Promise.all(
        connections.map(async (connection, i) => {
          await connection.request(["echo", i]);
          times.push((runtime.now() - started) / MILLISECOND);
        }),
      );
      await sleep(450);
      expect(await cluster.speed.slowed("n1")).toBe(4);
      await cluster.speed.restore("n1");
      await cluster.speed.restore("n1");
      await all;
      const rounded = times.map((time) => Math.floor(time / 100));
      expect(rounded).toEqual([1, 2, 3, 4, 4, 4, 4, 4, 4, 4]);
    }));

  test("stands still while it is paused, and is as slow as before afterwards", () =>
    simulate(createObedient, async ({ cluster, connect, runtime, sleep }) => {
      const connection = await connect("n1");
      await cluster.speed.slow("n1", { kind: "constant", value: 100 * MILLISECOND });
      await cluster.pause("n1");
      const echo = connection.request(["echo", 1]);
      await sleep(1_000);
      expect(await cluster.speed.slowed("n1")).toBe(0);
      await cluster.resume("n1");
      const resumed = runtime.now();
      await echo;
      expect(runtime.now() - resumed).toBeGreaterThan(100 * MILLISECOND);
      await cluster.kill("n1");
      await cluster.start("n1");
      const again = await connect("n1");
      const before = runtime.now();
      await again.request(["echo", 1]);
      expect(runtime.now() - before).toBeGreaterThan(100 * MILLISECOND);
    }));
});

describe("a store that floods ends the run with the node that does most", () => {
  /** Runs a store of three nodes of which n2 misbehaves, for ten seconds. */
  const run = (misbehave: (context: NodeContext) => Partial<StoreNode> & { start?(): void }): Promise<void> =>
    simulate(
      (context) => {
        const node = { onMessage: () => undefined, onRequest: () => undefined };
        if (context.node !== "n2") return node;
        const bad = misbehave(context);
        context.after(SECOND, () => {
          context.log("about to misbehave");
          bad.start?.();
        });
        return { ...node, ...bad };
      },
      ({ sleep }) => sleep(10_000),
      { eventsPerSecond: 50_000, pending: 20_000 },
    );

  test("by messages that beget messages", async () => {
    const flood = run((context) => ({
      start: () => context.send("n2", { hello: "again" }),
      onMessage: (_from, message) => {
        for (let i = 0; i < 2; i++) context.send("n2", message);
      },
    }));
    await expect(flood).rejects.toMatchObject({
      code: "store-failed",
      message: expect.stringMatching(
        /^the nodes flood the simulation at 1\.\d+ s: 20000 events are pending$/,
      ),
      hint: expect.stringMatching(
        /^n2 sent \d{5} messages .* the last to n2: {"hello":"again"}\nn\d sent 0 (.|\n)*about to misbehave/,
      ),
    });
  });

  test("by timers that set timers, so that time stands still", async () => {
    const flood = run((context) => {
      const again = (): void => void context.after(0, again);
      return { start: again };
    });
    await expect(flood).rejects.toMatchObject({
      code: "store-failed",
      message: "the nodes flood the simulation at 1.00 s: 50000 events within a second of virtual time",
      hint: expect.stringMatching(/^n2 sent 0 messages and set 50\d{3} timers/),
    });
  });

  test("by sending without end", async () => {
    const flood = run((context) => ({
      start: () => {
        for (;;) context.send("n1", null);
      },
    }));
    await expect(flood).rejects.toMatchObject({
      message: expect.stringContaining("20000 events are pending"),
      hint: expect.stringMatching(/^n2 sent 2\d{4} messages/),
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

  test("when it throws, with what it was doing", async () => {
    await expect(run(["fail", { why: "test" }])).rejects.toMatchObject({
      hint: expect.stringMatching(/^it did so when it got the request below\n\["fail",{"why":"test"}\]\n/),
    });
    const createNode = (context: NodeContext): StoreNode => ({
      onMessage: () => {
        throw new Error("not this one");
      },
      onRequest: () => context.send("n3", { bad: "message" }),
    });
    const sent = simulate(createNode, async ({ connect }) => {
      await (await connect("n1")).request(null);
    });
    await expect(sent).rejects.toMatchObject({
      message: expect.stringMatching(/^node n3 threw at .*: not this one$/),
      hint: expect.stringMatching(/^it did so when it got the message below from n1\n{"bad":"message"}\n/),
    });
  });

  test.each([
    ["nothing", undefined, "undefined is no JSON"],
    ["a hole", { leader: undefined }, 'undefined is no JSON, in {"leader":"undefined"}'],
    ["a map", { data: new Map() }, 'a Map is no JSON, in {"data":{}}'],
    ["no number", [1, Number.NaN], 'NaN is no JSON, in [1,"NaN"]'],
  ])("when it answers or sends %s", async (_name, value, message) => {
    const createNode = (context: NodeContext): StoreNode => ({
      onMessage: () => undefined,
      onRequest: (request, reply) =>
        request === "send"
          ? context.send("n1", structuredClone(value) as Json)
          : reply(structuredClone(value) as Json),
    });
    for (const request of ["send", "reply"]) {
      const running = simulate(createNode, async ({ connect }) => {
        await (await connect("n2")).request(request);
      });
      await expect(running).rejects.toMatchObject({
        code: "store-failed",
        message: expect.stringMatching(/^node n2 threw at /),
      });
      await expect(running).rejects.toThrow(message);
    }
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
