import { describe, expect, test } from "vitest";
import { BudgetExceeded, UNLIMITED } from "#core/budget";
import { NEVER } from "#core/history";
import { linearizable } from "../linearizable/linearizable.ts";
import { linearizableSets } from "../sets/linearizable-sets.ts";
import { headerOf, historyFrom, type Operation } from "../testing/operations.ts";
import { LinearizedSet } from "./linearized-set.ts";
import { Memo } from "./memo.ts";
import { type QueueCall, queueModel } from "./models/queue.ts";
import { type RegisterCall, registerModel } from "./models/register.ts";
import { ProblemBuilder } from "./problem.ts";
import { DEFAULT_LIMITS, search } from "./search.ts";

/** So many overlapping enqueues, taken out in an order that has to be guessed, the last of them never put in. */
function hardQueue(size: number) {
  const builder = new ProblemBuilder<readonly number[], QueueCall>(queueModel);
  for (let i = 0; i < size; i++) builder.add(i, i, 1000 + i, { kind: "enqueue", value: i });
  for (let i = 0; i < size; i++) builder.add(size + i, 500 + i, 2000 + i, { kind: "dequeue", value: i + 1 });
  return builder.build();
}

describe("limits of a search", () => {
  test("it gives up, and says why, when it runs out of room or steps", () => {
    expect(search(hardQueue(12), UNLIMITED, { ...DEFAULT_LIMITS, room: 50_000 })).toMatchObject({
      verdict: "gave-up",
      reason: "too many different situations to keep in memory",
    });
    expect(search(hardQueue(12), UNLIMITED, { ...DEFAULT_LIMITS, steps: 1_000 })).toMatchObject({
      verdict: "gave-up",
      reason: "too many orders to try",
    });
    expect(search(hardQueue(4), UNLIMITED).verdict).toBe("impossible");
  });

  test("it ends with its budget", () => {
    let ticks = 0;
    const tick = () => {
      if (++ticks > 100) throw new BudgetExceeded("--timeout 1 s");
    };
    expect(() => search(hardQueue(12), { ...UNLIMITED, tick })).toThrow(BudgetExceeded);
  });

  test("a budget that ends leaves what other keys showed", () => {
    const write = (key: string, value: number, inv: number): Operation => ({
      session: inv,
      f: "write",
      key,
      value,
      inv,
      ret: 100 + inv,
      status: "ok",
    });
    const read = (key: string, value: number, inv: number): Operation => ({
      ...write(key, value, inv),
      f: "read",
      ret: inv + 1,
    });
    const hard = Array.from({ length: 40 }, (_, i) => write("y", i % 20, i));
    const run = [...hard, write("x", 1, 1), read("x", 7, 300), read("y", 77, 300)];
    let ticks = 0;
    const tick = () => {
      if (++ticks > 3_000) throw new BudgetExceeded("--timeout 1 s");
    };
    const { results, anomalies } = linearizable.check(historyFrom(run, headerOf({})), { ...UNLIMITED, tick });
    expect(results).toMatchObject([{ verdict: "violated" }]);
    expect(anomalies.map(({ key }) => key)).toEqual(["x"]);
  });
});

test("what was proved when the budget ended stays proved", () => {
  const write = (value: number, inv: number): Operation => ({
    session: inv,
    f: "write",
    key: "x",
    value,
    inv,
    ret: inv + 1,
    status: "ok",
  });
  const writes = Array.from({ length: 400 }, (_, i) => write(i % 3, i * 2));
  const history = historyFrom([...writes, { ...write(7, 900), f: "read" as const }], headerOf({}));
  let needed = 0;
  linearizable.check(history, { ...UNLIMITED, tick: () => void needed++ });
  let left = needed - 1;
  const tick = () => {
    if (--left < 0) throw new BudgetExceeded("--timeout 1 s");
  };
  expect(linearizable.check(history, { ...UNLIMITED, tick })).toMatchObject({
    results: [{ verdict: "violated" }],
    anomalies: [{ type: "non-linearizable" }],
  });
});

test("what is impossible by itself is found to be, whatever else went on", () => {
  const operation = (f: "add" | "contains", value: number, inv: number): Operation => ({
    session: inv,
    f,
    key: "x",
    value,
    inv,
    ret: inv + 9,
    status: "ok",
    ...(f === "contains" ? { result: true } : {}),
  });
  const adds = Array.from({ length: 300 }, (_, i) => operation("add", i % 4, i));
  const whole: Operation = { ...operation("add", 0, 400), f: "read", value: [0, 1, 2, 3] };
  const history = historyFrom([...adds, operation("contains", 9, 150), whole], headerOf({ type: "set" }));
  const { anomalies } = linearizableSets.check(history, UNLIMITED);
  expect(anomalies).toMatchObject([{ witness: [expect.any(Number)] }]);
});

test("indefinite operations that are alike do not multiply", () => {
  const builder = new ProblemBuilder<number, RegisterCall>(registerModel(-1));
  for (let i = 0; i < 200; i++) builder.add(i, i, NEVER, { kind: "write", value: i % 2 });
  for (let i = 0; i < 40; i++)
    builder.add(200 + i, 1000 + 2 * i, 1001 + 2 * i, { kind: "read", value: i % 3 });
  const outcome = search(builder.build(), UNLIMITED);
  expect(outcome.verdict).toBe("impossible");
  expect(outcome.steps).toBeLessThan(50_000);
});

test("situations are told apart even where their hashes are equal", () => {
  const memo = new Memo(UNLIMITED);
  expect(memo.add(7, [1, 2], 2)).toBe(true);
  expect(memo.add(7, [1, 3], 2)).toBe(true);
  expect(memo.add(7, [1, 2, 0], 3)).toBe(true);
  expect(memo.add(7, [1, 2], 2)).toBe(false);
  for (let i = 0; i < 5_000; i++) expect(memo.add(i % 3, [i], 1)).toBe(true);
  for (let i = 0; i < 5_000; i++) expect(memo.add(i % 3, [i], 1)).toBe(false);
});

test("sets of entries are told apart by every entry, and going back restores them", () => {
  const builder = new ProblemBuilder<number, RegisterCall>(registerModel(-1));
  for (let i = 0; i < 80; i++) builder.add(i, i, i % 2 === 0 ? NEVER : 1000 + i, { kind: "write", value: i });
  const set = new LinearizedSet(builder.build());
  const written = (): string => {
    const to: number[] = [];
    set.write(to, 0);
    return to.join();
  };
  const seen = new Set([written()]);
  for (let entry = 0; entry < 80; entry++) {
    const [base, highest, hash] = [set.base, set.highest, set.hash];
    set.add(entry);
    seen.add(written());
    set.remove(entry, base, highest);
    expect([written(), set.hash]).toEqual([[...seen][0], hash]);
  }
  expect(seen.size).toBe(81);
});
