import { describe, expect, test } from "vitest";
import type { Client } from "#core/client";
import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";
import type { Runtime } from "#core/runtime";
import type { Expectation, Model } from "#core/verdict";
import { AccountRegisters } from "./account-registers.ts";
import { ReadModifyWrite } from "./read-modify-write.ts";
import { TtlCaches } from "./ttl-caches.ts";
import { claimsOfUpdates } from "./updates.ts";

/** Registers, and what was asked of them; `fails`: which operations throw what. */
class Registers implements Client {
  readonly values = new Map<string, Json>();
  readonly asked: string[] = [];
  fails: (operation: Invocation) => OperationError | undefined = () => undefined;
  before: (operation: Invocation) => void = () => undefined;

  async invoke(operation: Invocation): Promise<Reply> {
    const { f, key = "", value } = operation;
    this.asked.push(`${f} ${key}`);
    this.before(operation);
    const error = this.fails(operation);
    if (error !== undefined) throw error;
    if (f === "read") return { value: this.values.get(key) ?? null, node: "n1" };
    if (f === "cas") {
      const [expected, wanted] = value as [Json, Json];
      const observed = this.values.get(key) ?? null;
      if (JSON.stringify(observed) !== JSON.stringify(expected)) return { result: false, observed };
      this.values.set(key, wanted);
      return { result: true };
    }
    this.values.set(key, value);
    return { node: "n2" };
  }

  close(): void {
    this.asked.push("close");
  }
}

const ask = (f: Invocation["f"], value: Json = null, object: Invocation["object"] = "set"): Invocation => ({
  f,
  key: "x",
  value,
  ...(object === undefined ? {} : { object }),
});
const timeout = new OperationError("timeout", "no reply within 1 s");

describe("read, modify, write", () => {
  test("makes sets, lists, counters and conditions out of registers", async () => {
    const store = new Registers();
    const client = new ReadModifyWrite(store, { conditional: false });
    expect(await client.invoke(ask("read"))).toEqual({ value: [], node: "n1" });
    for (const element of [1, 2, 2, 3]) await client.invoke(ask("add", element));
    await client.invoke(ask("remove", 1));
    expect((await client.invoke(ask("read"))).value).toEqual([3, 2].toSorted());
    store.values.set("x", null);
    expect((await client.invoke(ask("read", null, "counter"))).value).toBe(0);
    await client.invoke(ask("increment", 5, "counter"));
    await client.invoke(ask("increment", -2, "counter"));
    expect((await client.invoke(ask("read", null, "counter"))).value).toBe(3);
    expect(await client.invoke(ask("cas", [7, 8], "register"))).toEqual({ result: false, observed: 3 });
    expect(await client.invoke(ask("cas", [3, 8], "register"))).toEqual({ result: true, node: "n2" });
    await expect(client.invoke(ask("enqueue", 1))).rejects.toMatchObject({ code: "rejected" });
  });

  test("overwrites what came in between, unless the write is conditional", async () => {
    const between = (store: Registers): void => {
      let isFirst = true;
      store.before = ({ f }) => {
        if (f !== "read" && isFirst) store.values.set("x", ["theirs"]);
        if (f !== "read") isFirst = false;
      };
    };
    const [plain, conditional] = [new Registers(), new Registers()];
    between(plain);
    between(conditional);
    await new ReadModifyWrite(plain, { conditional: false }).invoke(ask("add", "mine"));
    await new ReadModifyWrite(conditional, { conditional: true }).invoke(ask("add", "mine"));
    expect(plain.values.get("x")).toEqual(["mine"]);
    expect(conditional.values.get("x")).toEqual(["theirs", "mine"]);
  });

  test("certainly did nothing if it could not read, and nobody knows if it could not write", async () => {
    const store = new Registers();
    const client = new ReadModifyWrite(store, { conditional: false });
    store.fails = ({ f }) => (f === "read" ? timeout : undefined);
    await expect(client.invoke(ask("add", 1))).rejects.toMatchObject({ code: "unavailable" });
    expect(store.asked).toEqual(["read x"]);
    store.fails = ({ f }) => (f === "write" ? timeout : undefined);
    await expect(client.invoke(ask("add", 1))).rejects.toMatchObject({ code: "timeout" });
  });

  test("gives up where others are always faster, and has written nothing", async () => {
    const store = new Registers();
    let theirs = 0;
    store.before = ({ f }) => {
      if (f === "cas") store.values.set("x", [`theirs ${++theirs}`]);
    };
    const client = new ReadModifyWrite(store, { conditional: true });
    await expect(client.invoke(ask("add", "mine"))).rejects.toMatchObject({ code: "rejected" });
    expect(store.values.get("x")).toEqual([`theirs ${theirs}`]);
  });
});

describe("caches with a time to live", () => {
  let now = 0;
  const runtime = { now: () => now } as Runtime;
  const look = (level?: string, final?: true): Invocation => ({
    ...ask("read", null, "register"),
    ...(level === undefined ? {} : { level }),
    ...(final === undefined ? {} : { final }),
  });

  test("answer until it is over, counted from when they asked; other levels pass", async () => {
    now = 0;
    const store = new Registers();
    store.before = () => (now += 10);
    const session = new TtlCaches({ caches: 1, ttl: 100, level: "cache" }).session(store, {
      runtime,
      process: 0,
    });
    store.values.set("x", 1);
    expect(await session.invoke(look("cache"))).toEqual({ value: 1, node: "n1" });
    store.values.set("x", 2);
    now = 99;
    expect(await session.invoke(look("cache")), "no node answered").toEqual({ value: 1 });
    expect((await session.invoke(look("origin"))).value).toBe(2);
    expect((await session.invoke(look("cache", true))).value, "final reads look at nodes").toBe(2);
    now = 100;
    expect((await session.invoke(look("cache"))).value).toBe(2);
  });

  test("are shared by the sessions of one, and not by those of another", async () => {
    now = 0;
    const [store, caches] = [new Registers(), new TtlCaches({ caches: 2, ttl: 100, level: "cache" })];
    store.values.set("x", 1);
    const sessions = [0, 2, 1].map((process) => caches.session(store, { runtime, process }));
    await sessions[0]!.invoke(look("cache"));
    store.values.set("x", 2);
    const seen = await Promise.all(sessions.map((session) => session.invoke(look("cache"))));
    expect(seen.map(({ value }) => value)).toEqual([1, 1, 2]);
  });
});

describe("accounts in registers", () => {
  const transfer: Invocation = { f: "transfer", key: "bank", value: { from: "a", to: "b", amount: 3 } };

  test("are transferred between by two writes, and read one after the other", async () => {
    const store = new Registers();
    const session = new AccountRegisters(["a", "b"]).session(store);
    await session.invoke(transfer);
    expect(await session.invoke({ f: "read", key: "bank", value: null })).toEqual({
      value: { a: -3, b: 3 },
      node: "n1",
    });
  });

  test("ask the store one thing at a time", async () => {
    let underWay = 0;
    let most = 0;
    const store: Client = {
      invoke: async () => {
        most = Math.max(most, ++underWay);
        await Promise.resolve();
        underWay--;
        return { value: 1 };
      },
      close: () => undefined,
    };
    await new AccountRegisters(["a", "b"]).session(store).invoke(transfer);
    expect(most).toBe(1);
  });

  test("half a transfer is no failed one", async () => {
    const store = new Registers();
    const session = new AccountRegisters(["a", "b"]).session(store);
    const refused = new OperationError("unavailable", "not now");
    store.fails = ({ f, key }) => (f === "write" && key === "bank/b" ? refused : undefined);
    await expect(session.invoke(transfer)).rejects.toMatchObject({ code: "unknown" });
    store.fails = ({ f, key }) => (f === "write" && key === "bank/a" ? refused : undefined);
    await expect(session.invoke(transfer)).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("claims about the store's own operations remain, as far as clients leave them", () => {
  const broken: readonly Model[] = ["no-lost-writes", "linearizable"];
  const claims: readonly Expectation[] = [
    { model: "no-lost-writes", is: "holds" },
    { model: "convergence", is: "holds" },
    { model: "linearizable", is: "may-break" },
  ];
  const linearizable: readonly Expectation[] = [
    { model: "no-lost-writes", is: "holds" },
    { model: "linearizable", is: "holds" },
  ];

  test("all of them where the store does the updates", () => {
    expect(claimsOfUpdates("store", claims, broken)).toEqual(claims);
  });

  test("none that lost updates break where clients write back what they read", () => {
    expect(claimsOfUpdates("rewrite", claims, broken)).toEqual([
      { model: "no-lost-writes", is: "may-break", reason: expect.stringContaining("overwrite") },
      { model: "convergence", is: "holds" },
      { model: "linearizable", is: "may-break" },
    ]);
  });

  test("with conditions only if those are linearizable", () => {
    expect(claimsOfUpdates("conditional", linearizable, broken)).toEqual(linearizable);
    expect(claimsOfUpdates("conditional", claims, broken)[0]).toEqual({
      model: "no-lost-writes",
      is: "may-break",
      reason: expect.stringContaining("conditional writes"),
    });
  });
});
