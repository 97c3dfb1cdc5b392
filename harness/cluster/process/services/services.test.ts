import { describe, expect, test } from "vitest";
import { Random } from "#core/random";
import type { ProtocolBody } from "#core/target";
import { makeServices } from "./registry.ts";

const SEEDS = Array.from({ length: 20 }, (_, seed) => String(seed));

/** The services of one seed, asked by clients. */
function services(seed = "1") {
  const all = makeServices(new Random(seed));
  return (name: string, request: ProtocolBody, client = "n0"): ProtocolBody =>
    all.get(name)!.handle(request, client);
}

const read = (key: string | number = "x"): ProtocolBody => ({ type: "read", key });
const write = (value: number, key: string | number = "x"): ProtocolBody => ({ type: "write", key, value });

describe.each(["lin-kv", "seq-kv", "lww-kv"])("%s", (name) => {
  test("a key that nobody wrote is an error, except to a compare-and-set that may create it", () => {
    const ask = services();
    const cas = { type: "cas", key: "x", from: 1, to: 2 };
    expect(ask(name, read())).toMatchObject({ type: "error", code: 20 });
    expect(ask(name, cas)).toMatchObject({ type: "error", code: 20 });
    expect(ask(name, { ...cas, create_if_not_exists: true })).toEqual({ type: "cas_ok" });
  });

  test("what it cannot understand is an error", () => {
    const ask = services();
    expect(ask(name, { type: "delete", key: 1 })).toMatchObject({ type: "error", code: 10 });
    expect(ask(name, { type: "write", key: 1 })).toMatchObject({
      type: "error",
      code: 12,
      text: 'write needs "value"',
    });
    expect(ask(name, {})).toMatchObject({ type: "error", code: 10 });
  });

  test("the same seed gives the same answers", () => {
    const answers = () => {
      const ask = services("7");
      return Array.from({ length: 200 }, (_, i) => ask(name, i % 3 === 0 ? write(i) : read(), `n${i % 4}`));
    };
    expect(answers()).toEqual(answers());
  });
});

describe("lin-kv", () => {
  test("every request sees those before", () => {
    const ask = services();
    expect(ask("lin-kv", write(1))).toEqual({ type: "write_ok" });
    expect(ask("lin-kv", read(), "n1")).toEqual({ type: "read_ok", value: 1 });
    expect(ask("lin-kv", { type: "cas", key: "x", from: 2, to: 3 }, "n2")).toMatchObject({ code: 22 });
    expect(ask("lin-kv", { type: "cas", key: "x", from: 1, to: 3 }, "n2")).toEqual({ type: "cas_ok" });
    expect(ask("lin-kv", read())).toEqual({ type: "read_ok", value: 3 });
  });

  test("keys and values are equal if their JSON is", () => {
    const ask = services();
    ask("lin-kv", { type: "write", key: { a: 1, b: [2] }, value: { c: 1, d: 2 } });
    const request = { key: { b: [2], a: 1 }, from: { d: 2, c: 1 }, to: null };
    expect(ask("lin-kv", { type: "cas", ...request })).toEqual({ type: "cas_ok" });
    expect(ask("lin-kv", { type: "read", key: { a: 1, b: [2] } })).toEqual({ type: "read_ok", value: null });
    expect(ask("lin-kv", read("1"))).toMatchObject({ code: 20 });
  });
});

describe("seq-kv", () => {
  const valueOf = (reply: ProtocolBody): number =>
    reply["type"] === "read_ok" ? (reply["value"] as number) : 0;

  test("clients see growing values grow, their own at once, and others' late now and then", () => {
    let stale = 0;
    for (const seed of SEEDS) {
      const ask = services(seed);
      const seen = [0, 0];
      for (let i = 1; i <= 60; i++) {
        ask("seq-kv", write(i), "writer");
        expect(valueOf(ask("seq-kv", read(), "writer"))).toBe(i);
        for (const client of [0, 1]) {
          const value = valueOf(ask("seq-kv", read(), `n${client}`));
          expect(value).toBeGreaterThanOrEqual(seen[client]!);
          seen[client] = value;
          if (value < i) stale++;
        }
      }
    }
    expect(stale).toBeGreaterThan(100);
  });

  test("of two keys nobody sees the later write without the earlier one", () => {
    for (const seed of SEEDS) {
      const ask = services(seed);
      for (let i = 1; i <= 60; i++) {
        ask("seq-kv", write(i, "first"), "writer");
        ask("seq-kv", write(i, "second"), "writer");
        const second = valueOf(ask("seq-kv", read("second"), "n1"));
        expect(valueOf(ask("seq-kv", read("first"), "n1"))).toBeGreaterThanOrEqual(second);
      }
    }
  });

  test("compare-and-sets that succeed do so one after the other", () => {
    for (const seed of SEEDS) {
      const ask = services(seed);
      ask("seq-kv", write(0));
      let value = 0;
      for (let i = 0; i < 200; i++) {
        const client = `n${i % 3}`;
        const from = valueOf(ask("seq-kv", read(), client));
        const reply = ask("seq-kv", { type: "cas", key: "x", from, to: from + 1 }, client);
        if (reply["type"] === "cas_ok") value++;
      }
      ask("seq-kv", write(-1, "other"));
      expect(valueOf(ask("seq-kv", read()))).toBe(value);
    }
  });
});

test("lww-kv loses acknowledged writes", () => {
  const isLost = (seed: string): boolean => {
    const ask = services(seed);
    for (let i = 1; i <= 20; i++) ask("lww-kv", write(i));
    const last = Array.from({ length: 400 }, () => ask("lww-kv", read())).at(-1)!;
    return last["value"] !== 20;
  };
  expect(SEEDS.some(isLost)).toBe(true);
});

test("lin-tso counts up", () => {
  const ask = services();
  const times = [0, 1, 2].map((i) => ask("lin-tso", { type: "ts" }, `n${i}`));
  expect(times).toEqual([0, 1, 2].map((ts) => ({ type: "ts_ok", ts })));
  expect(ask("lin-tso", { type: "now" })).toMatchObject({ code: 10 });
});
