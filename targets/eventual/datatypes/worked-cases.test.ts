import { describe, expect, test } from "vitest";
import { gCounter } from "./g-counter.ts";
import type { Datatype, Stamp } from "./datatype.ts";
import { firstWriteWins } from "../conflicts/first-write-wins.ts";
import { lastWriteWins } from "../conflicts/last-write-wins.ts";
import { siblings } from "../conflicts/siblings.ts";
import { union } from "../conflicts/union.ts";
import type { Action } from "../protocol.ts";
import { vector } from "../versioning/vector.ts";
import { wallClock } from "../versioning/wall-clock.ts";
import { twoPhaseSet } from "./2p-set.ts";
import { orSet } from "./or-set.ts";
import { counter } from "./plain/counter.ts";
import { register } from "./plain/register.ts";
import { set } from "./plain/set.ts";
import { pnCounter } from "./pn-counter.ts";
import { rga } from "./rga.ts";
import { Replicas } from "./testing/replicas.ts";
import { versioned } from "./versioned.ts";

const any = (datatype: unknown): Datatype => datatype as Datatype;
const write = (value: number | readonly number[]): Action => ({ f: "write", value });
const add = (value: string): Action => ({ f: "add", value });
const remove = (value: string): Action => ({ f: "remove", value });
const increment = (value: number): Action => ({ f: "increment", value });
const insert = (id: string, after: string | null): Action => ({
  f: "insert",
  value: { id, after, char: id },
});
const erase = (id: string): Action => ({ f: "erase", value: { id } });
const stamp = (node: string): Stamp => ({ dot: { node, counter: 1 }, wall: 1, lamport: 1 });

/** Two replicas or more, whose clocks agree. */
const replicasOf = (datatype: unknown, skews: readonly number[] = [0, 0]): Replicas =>
  new Replicas(any(datatype), skews);

describe("counters", () => {
  test("counts of three replicas", () => {
    const [a, b, c] = [
      { A: 10, B: 3, C: 7 },
      { A: 8, B: 3, C: 5 },
      { A: 10, B: 2, C: 7 },
    ];
    expect([a, b, c].map((state) => gCounter.read(state))).toStrictEqual([20, 16, 19]);
    const added = gCounter.update(b, increment(5), stamp("B")).state;
    expect(gCounter.read(gCounter.merge(a, added))).toBe(25);
  });

  test("a grow-only counter refuses to go down", () => {
    expect(() => gCounter.update({}, increment(-1), stamp("A"))).toThrow(
      "a grow-only counter never goes down",
    );
  });

  test("concurrent steps up and down all count", () => {
    const replicas = replicasOf(pnCounter);
    replicas.update(0, increment(7));
    replicas.update(1, increment(-3));
    replicas.update(1, increment(-2));
    expect(replicas.settle().readOf(0)).toBe(2);
  });

  test("of concurrent increments of one value one is lost", () => {
    const replicas = replicasOf(
      versioned({ plain: counter, versioning: wallClock, conflicts: lastWriteWins }),
    );
    replicas.update(0, increment(7));
    replicas.update(1, increment(2));
    expect([7, 2]).toContain(replicas.settle().readOf(0));
  });
});

describe("sets", () => {
  test("OR-Set: an add wins over a concurrent remove, and an element can come back", () => {
    const replicas = replicasOf(orSet);
    replicas.update(0, add("milk"));
    replicas.settle();
    replicas.update(0, remove("milk"));
    replicas.update(1, add("milk"));
    expect(replicas.settle().readOf(0)).toStrictEqual(["milk"]);
    replicas.update(0, remove("milk"));
    expect(replicas.settle().readOf(1)).toStrictEqual([]);
    replicas.update(1, add("milk"));
    expect(replicas.settle().readOf(0)).toStrictEqual(["milk"]);
  });

  test("2P-Set: a removed element stays away, and a remove of nothing is refused", () => {
    const replicas = replicasOf(twoPhaseSet);
    replicas.update(0, add("milk"));
    replicas.settle();
    replicas.update(0, remove("milk"));
    replicas.update(1, add("milk"));
    expect(replicas.settle().readOf(1)).toStrictEqual([]);
    expect(twoPhaseSet.update(undefined, remove("milk"), stamp("n1")).result).toBe(false);
  });

  const cart = (conflicts: typeof union) => {
    const replicas = replicasOf(versioned({ plain: set, versioning: vector, conflicts }));
    replicas.update(0, add("milk"));
    replicas.settle();
    replicas.update(0, remove("milk"));
    replicas.update(0, add("bread"));
    replicas.update(1, add("eggs"));
    return replicas.settle().readOf(0);
  };

  test("a cart whose last writer wins loses an item that was acknowledged", () =>
    expect(cart(lastWriteWins)).toStrictEqual(["bread"]));
  test("a united cart loses nothing, and what was removed comes back", () =>
    expect(cart(union)).toStrictEqual(["bread", "eggs", "milk"]));
});

describe("versioned registers", () => {
  const registers = (conflicts: typeof union, versioning: typeof vector | typeof wallClock = vector) =>
    versioned({ plain: register, versioning, conflicts });
  const concurrent = (conflicts: typeof union) => {
    const replicas = replicasOf(registers(conflicts));
    replicas.run([
      { kind: "update", replica: 0, client: 0, action: write(1) },
      { kind: "update", replica: 1, client: 1, action: write(2) },
    ]);
    return replicas.settle();
  };

  test.each([
    ["last write wins", lastWriteWins, 2],
    ["first write wins", firstWriteWins, 1],
    ["siblings", siblings, { siblings: [1, 2] }],
    ["union of what cannot be united", union, { siblings: [1, 2] }],
  ] as const)("%s", (_, conflicts, shown) => expect(concurrent(conflicts).readOf(0)).toStrictEqual(shown));

  test("a write that saw all siblings takes their place", () => {
    const replicas = concurrent(siblings).run([
      { kind: "read", replica: 0, client: 1 },
      { kind: "update", replica: 0, client: 1, action: write(3) },
    ]);
    expect(replicas.settle().readOf(1)).toBe(3);
  });

  test("a session that writes twice through a node without reading supersedes only its own write", () => {
    const replicas = concurrent(siblings).run([
      { kind: "update", replica: 0, client: 2, action: write(3) },
      { kind: "update", replica: 0, client: 2, action: write(4) },
    ]);
    expect(replicas.settle().readOf(1)).toStrictEqual({ siblings: [1, 2, 4] });
  });

  test("a delete that was concurrent with a write leaves the write", () => {
    const replicas = replicasOf(registers(siblings));
    replicas.update(0, write(1));
    replicas.update(1, { f: "delete", value: null });
    expect(replicas.settle().readOf(0)).toBe(1);
  });

  test("a deleted value stays away when an old replica returns", () => {
    const replicas = replicasOf(registers(siblings), [0, 0, 0]).run([
      { kind: "update", replica: 0, client: 0, action: write(1) },
      { kind: "send", from: 0, to: 2 },
      { kind: "update", replica: 0, client: 0, action: { f: "delete", value: null } },
      { kind: "send", from: 0, to: 1 },
    ]);
    expect(replicas.settle().readOf(2)).toBe(null);
  });

  test("registers that hold lists are united", () => {
    const replicas = replicasOf(registers(union));
    replicas.update(0, write([3, 1]));
    replicas.update(1, write([2, 3]));
    expect(replicas.settle().readOf(0)).toStrictEqual([1, 2, 3]);
  });

  test("a write at a slow clock is lost, though its client had seen what it replaced, and it tells its version", () => {
    const replicas = replicasOf(registers(lastWriteWins, wallClock), [500, 0]).run([
      { kind: "update", replica: 0, client: 0, action: write(1) },
      { kind: "send", from: 0, to: 1 },
      { kind: "read", replica: 1, client: 0 },
      { kind: "update", replica: 1, client: 0, action: write(2) },
    ]);
    expect(replicas.readOf(1)).toBe(1);
    const datatype = registers(lastWriteWins, wallClock);
    const first = datatype.update(undefined, write(1), { ...stamp("n1"), wall: 500 });
    const lost = datatype.update(first.state, write(2), stamp("n2"));
    expect(BigInt(lost.version as string)).toBeLessThan(BigInt(first.version as string));
    expect(datatype.version!(lost.state)).toBe(first.version);
  });

  test("a compare-and-set tells what it found", () => {
    const datatype = registers(siblings);
    const { state } = datatype.update(undefined, write(1), stamp("n1"));
    expect(datatype.update(state, { f: "cas", value: [2, 3] }, stamp("n2"))).toStrictEqual({
      state,
      result: false,
      observed: 1,
    });
    const { state: next, result } = datatype.update(state, { f: "cas", value: [1, 3] }, stamp("n2"));
    expect([result, datatype.read(next)]).toStrictEqual([true, 3]);
  });
});

describe("replicated text", () => {
  const shown = (replicas: Replicas, replica: number): string =>
    (replicas.readOf(replica) as { char: string }[]).map(({ char }) => char).join("");

  test("concurrent inserts at the beginning come to one order, and none is lost", () => {
    const replicas = replicasOf(rga, [0, 0, 0]);
    for (const [replica, id] of ["a", "b", "c"].entries()) replicas.update(replica, insert(id, null));
    replicas.settle();
    expect([0, 1, 2].map((replica) => shown(replicas, replica))).toStrictEqual(["cba", "cba", "cba"]);
  });

  test("a later insert goes first, whatever was typed after the earlier one stays with it", () => {
    const replicas = replicasOf(rga);
    replicas.update(0, insert("a", null));
    replicas.update(0, insert("b", "a"));
    replicas.settle();
    replicas.update(1, insert("c", null));
    replicas.update(0, insert("d", "b"));
    expect(shown(replicas.settle(), 0)).toBe("cabd");
  });

  test("what was inserted after an erased character stays, and what arrives before its neighbour waits", () => {
    const replicas = replicasOf(rga, [0, 0, 0]);
    replicas.update(0, insert("a", null));
    replicas.send(0, 1);
    replicas.update(0, erase("a"));
    replicas.update(1, insert("b", "a"));
    replicas.update(2, insert("c", "b"));
    expect(shown(replicas, 2)).toBe("");
    expect(shown(replicas.settle(), 2)).toBe("bc");
  });

  test("a long text is read without recursion", () => {
    let state = rga.update(undefined, insert("0", null), stamp("n1")).state;
    const chars = Array.from({ length: 20_000 }, (_, i) => ({
      id: String(i),
      after: i === 0 ? null : String(i - 1),
      char: "x",
      at: i,
      node: "n1",
    }));
    state = {
      chars: chars.sort((a, b) => (JSON.stringify(a.id) < JSON.stringify(b.id) ? -1 : 1)),
      erased: [],
    };
    expect(rga.read(state)).toHaveLength(20_000);
  });
});
