import { describe, expect, test } from "vitest";
import type { Json } from "#core/json";
import type { Stamp } from "../datatypes/datatype.ts";
import { lamport } from "./lamport.ts";
import { vector } from "./vector.ts";
import { wallClock } from "./wall-clock.ts";

const stamp = (node: string, counter: number, at: number, context?: Json): Stamp => ({
  dot: { node, counter },
  wall: at,
  lamport: at,
  ...(context !== undefined && { context }),
});

describe("wall clock", () => {
  test("a slow clock makes an update older than what it saw", () => {
    const fast = wallClock.next(stamp("n1", 1, 500), undefined);
    const context = wallClock.contextOf([fast]);
    const slow = wallClock.next(stamp("n2", 1, 100, context), context);
    expect(wallClock.compare(slow, fast)).toBe("before");
  });

  test("ties go to the greater node, then to the later update of the node", () => {
    const [a, b, c] = [stamp("n1", 8, 5), stamp("n2", 1, 5), stamp("n2", 2, 5)].map((one) =>
      wallClock.next(one, undefined),
    );
    expect(wallClock.compare(a!, b!)).toBe("before");
    expect(wallClock.compare(b!, c!)).toBe("before");
    expect(wallClock.compare(a!, a!)).toBe("equal");
  });

  test("the integer that tells a version is in the order of versions", () => {
    const inOrder = [
      { t: 4, node: "zz", counter: 9 },
      { t: 5, node: "n1", counter: 9 },
      { t: 5, node: "n10", counter: 1 },
      { t: 5, node: "n2", counter: 1 },
      { t: 5, node: "n2", counter: 2 },
      { t: 1_763_000_000_000_000_000, node: "a", counter: 1 },
    ];
    const told = inOrder.map((version) => BigInt(wallClock.ordinal!(version)!));
    expect(told).toStrictEqual(told.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(inOrder.toSorted(wallClock.rank)).toStrictEqual(inOrder);
    expect(wallClock.ordinal!({ t: 1, node: "a-long-name", counter: 1 })).toBeUndefined();
  });
});

test("Lamport time passes what the client saw elsewhere", () => {
  const far = lamport.next(stamp("n1", 1, 500), undefined);
  const near = lamport.next(stamp("n2", 1, 2, lamport.contextOf([far])), undefined);
  expect(lamport.compare(far, near)).toBe("before");
  expect(lamport.lamport!(near)).toBe(501);
});

describe("dotted version vectors", () => {
  const first = vector.next(stamp("n1", 1, 100), undefined);

  test("two updates through one node that saw the same are concurrent", () => {
    const seen = vector.contextOf([first]);
    const [a, b] = [2, 3].map((counter) => vector.next(stamp("n1", counter, 100 + counter, seen), seen));
    expect(vector.compare(first, a!)).toBe("before");
    expect(vector.compare(a!, b!)).toBe("concurrent");
    expect(vector.rank(a!, b!)).toBeLessThan(0);
  });

  test("what saw another ranks after it, however slow its clock", () => {
    const seen = vector.contextOf([first]);
    const slow = vector.next(stamp("n2", 1, 3, seen), seen);
    expect(vector.compare(first, slow)).toBe("before");
    expect(vector.rank(first, slow)).toBeLessThan(0);
  });

  test("a writer has seen its own write, and no sibling that was there", () => {
    const second = vector.next(stamp("n1", 2, 102), undefined);
    const context = vector.contextAfter(second, undefined);
    const third = vector.next(stamp("n1", 3, 103, context), context);
    expect(vector.compare(second, third)).toBe("before");
    expect(vector.compare(first, third)).toBe("concurrent");
    const read = vector.contextOf([first, second]);
    expect(vector.mergeContexts(context, read)).toStrictEqual(read);
  });
});
