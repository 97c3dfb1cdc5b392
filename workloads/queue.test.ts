import { expect, test } from "vitest";
import { Random } from "#core/random";
import type { Invocation } from "#core/operation";
import { queue } from "./queue.ts";

const runOf = (options: Record<string, unknown>) =>
  queue.create({
    options: queue.options.parse(options),
    random: new Random("workload"),
    nodes: ["n1"],
    clients: 1,
  });

function operations(options: Record<string, unknown>, count: number): Invocation[] {
  const random = new Random("queue");
  const { generator } = runOf(options);
  return Array.from({ length: count }, () => {
    const next = generator.next({ now: 0, process: 0, worker: 0, random });
    if (next === undefined || "wait" in next) throw new Error("no operation");
    return next;
  });
}

test("no element is put in twice", () => {
  const values = operations({ queues: 3 }, 500).flatMap(({ f, value }) => (f === "enqueue" ? [value] : []));
  expect(values.length).toBeGreaterThan(150);
  expect(new Set(values).size).toBe(values.length);
});

test("elements go to all queues, and every queue is drained at the end", () => {
  const keys = new Set(operations({ queues: 3 }, 200).map(({ key }) => key));
  expect([...keys].sort()).toEqual(["queue-0", "queue-1", "queue-2"]);
  expect(runOf({ queues: 3 }).finalReads("n1")).toEqual(
    ["queue-0", "queue-1", "queue-2"].map((key) => ({ f: "drain", key, object: "queue", value: null })),
  );
});

test.each([
  [0, "dequeue"],
  [1, "enqueue"],
])("with the ratio %d everything is a %s", (enqueueRatio, f) => {
  expect(new Set(operations({ enqueueRatio }, 50).map((operation) => operation.f))).toEqual(new Set([f]));
});
