import { describe, expect, test } from "vitest";
import type { Client } from "#core/client";
import type { Next } from "#core/generator";
import type { Invocation, Reply } from "#core/operation";
import { Random } from "#core/random";
import type { Runtime } from "#core/runtime";
import { SECOND } from "#core/units";
import type { Expectation } from "#core/verdict";
import { GuardedResources } from "./application/guarded-resource.ts";
import { lock } from "./lock.ts";

type Options = Parameters<typeof lock.create>[0]["options"];
const optionsOf = (given: Partial<Options> = {}): Options => lock.options.parse(given) as Options;

/** What one worker is told to do when everything succeeds; waits are left out. `acquired`: what acquires are answered. */
function operationsOf(options: Options, count: number, acquired: (now: number) => Reply): Invocation[] {
  const random = new Random("lock");
  const run = lock.create({ options, random, nodes: ["n1"], clients: 1 });
  const context = { process: 0, worker: 0, random };
  const made: Invocation[] = [];
  for (let now = 0; made.length < count; now += SECOND) {
    const next: Next = run.generator.next({ ...context, now });
    if (next === undefined || "wait" in next) continue;
    made.push(next);
    run.generator.completed?.(0, next, "ok", next.f === "acquire" ? acquired(now) : {});
  }
  return made;
}

describe("what clients do", () => {
  test("acquire, write with the token, release", () => {
    let token = 0;
    const made = operationsOf(optionsOf({ locks: 1 }), 6, () => ({ result: true, value: ++token }));
    expect(made.map(({ f, key, value }) => [f, key, value])).toEqual([
      ["acquire", "lock-1", null],
      ["guarded-write", "resource-1", { token: 1, v: 1 }],
      ["release", "lock-1", null],
      ["acquire", "lock-1", null],
      ["guarded-write", "resource-1", { token: 2, v: 2 }],
      ["release", "lock-1", null],
    ]);
  });

  test("a lock without tokens guards nothing that could be judged", () => {
    const made = operationsOf(optionsOf({ locks: 1 }), 4, () => ({ result: true }));
    expect(made.map(({ f }) => f)).toEqual(["acquire", "release", "acquire", "release"]);
  });

  test("a lock is replaced after its holds, and when nobody gets it any more", () => {
    const held = operationsOf(optionsOf({ locks: 1, holdsPerLock: 2 }), 9, () => ({
      result: true,
      value: 1,
    }));
    expect(new Set(held.map(({ key }) => key?.replace("resource", "lock")))).toEqual(
      new Set(["lock-1", "lock-2"]),
    );
    const stuck = operationsOf(optionsOf({ locks: 1 }), 20, () => ({ result: false }));
    expect(stuck.at(-1)?.key).not.toBe("lock-1");
    expect(new Set(stuck.map(({ f }) => f))).toEqual(new Set(["acquire"]));
  });
});

describe("what is expected", () => {
  const claim: Expectation = { model: "linearizable", is: "may-break", reason: "a lease" };
  const expected = (fencing: "on" | "off", claims: readonly Expectation[]) =>
    lock.expectations?.(optionsOf({ fencing }), claims, { faults: [] });

  test("without fencing the resource is as good as the lock, with it, better", () => {
    expect(expected("off", [claim])).toEqual([
      { ...claim, objects: "lock-*" },
      { ...claim, objects: "resource-*" },
    ]);
    expect(expected("on", [claim])).toEqual([
      { ...claim, objects: "lock-*" },
      { model: "linearizable", is: "holds", objects: "resource-*" },
    ]);
  });
});

describe("the resource", () => {
  const passed: string[] = [];
  const store: Client = {
    invoke: async ({ f }) => {
      passed.push(f);
      return { node: "n1" };
    },
    close: () => void passed.push("close"),
  };
  const runtime = { sleep: () => Promise.resolve() } as unknown as Runtime;
  const write = (token: unknown): Invocation => ({
    f: "guarded-write",
    key: "r",
    value: { token, v: 0 } as Invocation["value"],
  });

  test.each([
    ["on", [true, true, false, true]],
    ["off", [true, true, true, true]],
  ] as const)("fencing %s: sessions share it", async (fencing, accepted) => {
    const resources = new GuardedResources({ fencing: fencing === "on" });
    const [a, b] = [0, 1].map((process) => resources.session(store, { runtime, process }));
    const results = [
      await a!.invoke(write(3)),
      await b!.invoke(write(5)),
      await a!.invoke(write(3)),
      await b!.invoke(write(5)),
    ];
    expect(results.map(({ result }) => result)).toEqual(accepted);
  });

  test("everything else goes to the store, and a write without token is refused", async () => {
    const session = new GuardedResources({ fencing: false }).session(store, { runtime, process: 0 });
    expect(await session.invoke({ f: "acquire", key: "l", value: null })).toEqual({ node: "n1" });
    await expect(session.invoke(write(null))).rejects.toMatchObject({ code: "rejected" });
    await session.close();
    expect(passed).toEqual(["acquire", "close"]);
  });
});
