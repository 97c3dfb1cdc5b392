import { describe, expect, test } from "vitest";
import { Random } from "#core/random";
import { MILLISECOND, SECOND } from "#core/units";
import { runVirtual } from "./run-virtual.ts";
import { SimRuntime } from "./runtime.ts";

const create = (): SimRuntime => new SimRuntime(new Random(1));

describe("time", () => {
  test("jumps from event to event and costs nothing", async () => {
    const runtime = create();
    await runVirtual(runtime, () => runtime.sleep(3_600 * SECOND));
    expect(runtime.now()).toBe(3_600 * SECOND);
  });

  test("goes on where it stood when run again", async () => {
    const runtime = create();
    await runVirtual(runtime, () => runtime.sleep(SECOND));
    expect(await runVirtual(runtime, async () => runtime.now())).toBe(SECOND);
    await runVirtual(runtime, () => runtime.sleep(SECOND));
    expect(runtime.now()).toBe(2 * SECOND);
  });

  test("callbacks come in order of time, and never after they were cancelled", async () => {
    const runtime = create();
    const order: string[] = [];
    const note = (text: string) => (): void => void order.push(`${text} ${runtime.now()}`);
    runtime.after(20, note("second"));
    runtime.after(10, note("first"));
    const cancel = runtime.after(15, note("cancelled"));
    runtime.after(20, note("third"));
    cancel();
    cancel();
    await runVirtual(runtime, () => runtime.sleep(30));
    cancel();
    expect(order).toEqual(["first 10", "second 20", "third 20"]);
  });

  test("does not go back", () => {
    expect(() => create().after(-1, () => undefined)).toThrow("cannot schedule -1 ns ahead");
  });
});

describe("sleep", () => {
  test("ends when its signal aborts, at that moment and only once", async () => {
    const runtime = create();
    const controller = new AbortController();
    await runVirtual(runtime, async () => {
      runtime.after(5, () => controller.abort());
      await runtime.sleep(10, controller.signal);
      expect(runtime.now()).toBe(5);
      await runtime.sleep(10, controller.signal);
      expect(runtime.now()).toBe(5);
      await runtime.sleep(10);
      expect(runtime.now()).toBe(15);
    });
  });

  test("runs its time when the signal aborts later", async () => {
    const runtime = create();
    const controller = new AbortController();
    await runVirtual(runtime, async () => {
      await runtime.sleep(10, controller.signal);
      controller.abort();
      expect(runtime.now()).toBe(10);
    });
  });
});

describe("promises", () => {
  /** Resolves many microtasks later. */
  async function dawdle(steps: number): Promise<void> {
    for (let i = 0; i < steps; i++) await Promise.resolve();
  }

  test("every continuation runs before the next event, however long the chain", async () => {
    const runtime = create();
    const order: string[] = [];
    await runVirtual(runtime, async () => {
      runtime.schedule(11, () => order.push("event at 11"));
      await runtime.sleep(10);
      await dawdle(1_000);
      order.push(`after the chain, at ${runtime.now()}`);
      await runtime.sleep(10);
    });
    expect(order).toEqual(["after the chain, at 10", "event at 11"]);
  });

  test("sleepers of one moment wake in the order in which they fell asleep, each to its end", async () => {
    const runtime = create();
    const order: string[] = [];
    const sleeper = async (name: string): Promise<void> => {
      await runtime.sleep(10);
      order.push(`${name} wakes`);
      await dawdle(5);
      order.push(`${name} ends`);
    };
    await runVirtual(runtime, async () => {
      await Promise.all([sleeper("a"), sleeper("b")]);
    });
    expect(order).toEqual(["a wakes", "a ends", "b wakes", "b ends"]);
  });
});

describe("a simulation ends with an error", () => {
  test("when it waits for what no event will bring", async () => {
    const runtime = create();
    const main = async (): Promise<void> => {
      await runtime.sleep(2 * MILLISECOND);
      await new Promise(() => undefined);
    };
    await expect(runVirtual(runtime, main)).rejects.toThrow("the simulation is stuck at 2.00 ms");
  });

  test("when it never comes to an end", async () => {
    const runtime = create();
    const tick = (): void => void runtime.schedule(SECOND, tick);
    tick();
    const never = (): Promise<void> => new Promise(() => undefined);
    await expect(runVirtual(runtime, never, { events: 10_000, time: Infinity })).rejects.toThrow(
      "did not end within 10000 events",
    );
    await expect(runVirtual(runtime, never, { events: Infinity, time: 30_000 * SECOND })).rejects.toThrow(
      "did not end within 500 min of virtual time",
    );
  });

  test("when an event throws, or its main function does", async () => {
    const runtime = create();
    runtime.schedule(1, () => {
      throw new RangeError("broken event");
    });
    await expect(runVirtual(runtime, () => runtime.sleep(10))).rejects.toThrow(RangeError);
    await expect(runVirtual(runtime, () => Promise.reject(new SyntaxError("broken main")))).rejects.toThrow(
      SyntaxError,
    );
  });
});

test("without a cluster, every connection is refused", async () => {
  const runtime = create();
  const connecting = runVirtual(runtime, () => runtime.connect({ node: "n1", host: "", ports: {} }));
  await expect(connecting).rejects.toMatchObject({ code: "connection-refused", node: "n1" });
});
