import { expect, test } from "vitest";
import type { Invocation, Reply } from "#core/operation";
import { prefixedKeys } from "./prefixed-keys.ts";

/** What the store was asked, and what the caller was told. */
async function through(operation: Invocation, reply: (asked: Invocation) => Reply) {
  let asked: Invocation | undefined;
  const client = prefixedKeys(
    {
      invoke: async (invocation) => {
        asked = invocation;
        return reply(invocation);
      },
      close: () => undefined,
    },
    "run1.",
  );
  return { told: await client.invoke(operation), asked };
}

test("the store sees the prefix, the caller does not", async () => {
  const read: Invocation = { f: "read", key: "x", value: null, node: "n1", final: true };
  const { asked, told } = await through(read, () => ({ value: 7, node: "n1" }));
  expect(asked).toEqual({ ...read, key: "run1.x" });
  expect(told).toEqual({ value: 7, node: "n1" });
});

test("steps of a transaction come back with the keys that were asked for, numbers as numbers", async () => {
  const steps = [
    ["r", 3, null],
    ["append", "y", 1],
  ];
  const { asked, told } = await through({ f: "txn", value: steps }, ({ value }) => ({
    value: (value as [string, string, unknown][]).map(([f, key, v]) => [
      f,
      key,
      f === "r" ? [9] : v,
    ]) as never,
  }));
  expect(asked?.value).toEqual([
    ["r", "run1.3", null],
    ["append", "run1.y", 1],
  ]);
  expect(told.value).toEqual([
    ["r", 3, [9]],
    ["append", "y", 1],
  ]);
});

test("operations without a key stay as they are", async () => {
  const { asked } = await through({ f: "generate", value: null }, () => ({ value: 1 }));
  expect(asked).toEqual({ f: "generate", value: null });
});
