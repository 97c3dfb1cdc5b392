import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "#core/json";
import { Random } from "#core/random";
import type { NodeContext } from "#core/store-node";
import type { ObjectType } from "#core/operation";
import { automerge } from "../automerge/target.ts";
import { automergeLibrary, type Library as Automerge } from "../automerge/document.ts";
import { type Library as Yjs, yjsLibrary } from "../yjs/document.ts";
import type { Action, Document, DocumentLibrary } from "./document.ts";
import { loadPackage } from "./load-package.ts";

const loadYjs = (sets: "array" | "map"): DocumentLibrary =>
  yjsLibrary(loadPackage<Yjs>("yjs", "yjs"), { sets });
const LIBRARIES: Readonly<Record<string, DocumentLibrary>> = {
  automerge: automergeLibrary(loadPackage<Automerge>("@automerge/automerge", automerge.name)),
  yjs: loadYjs("array"),
};

const NODES = ["n1", "n2", "n3"];
/** Documents use no more of a context than this. */
const contextOf = (node: string): NodeContext =>
  ({ node, peers: NODES.filter((one) => one !== node), random: new Random(node) }) as unknown as NodeContext;
const open = (library: DocumentLibrary): Document[] =>
  NODES.map((node) => library.open("k", contextOf(node)));

/** Lets two copies talk until neither has more to say. @returns how many messages that took */
function talk(a: Document, b: Document): number {
  const sessions = [a.startSync(), b.startSync()] as const;
  let silent = 0;
  let count = 0;
  for (let turn = 0; silent < 2; turn++) {
    const message = sessions[turn % 2]!.next();
    if (message === undefined) silent++;
    else {
      silent = 0;
      count++;
      sessions[(turn + 1) % 2]!.receive(message);
    }
    expect(turn).toBeLessThan(50);
  }
  return count;
}

const insert = (id: string, after: string | null): Action => ({
  f: "insert",
  value: { id, after, char: id[0]! },
});
const idsIn = (text: Json): readonly string[] => (text as { id: string }[]).map(({ id }) => id);

describe.each(Object.entries(LIBRARIES))("documents of %s", (_name, library) => {
  test("hold a register, a counter, a set and a text", () => {
    const [document] = open(library) as [Document];
    expect(["register", "counter", "set", "text"].map((type) => document.read(type as ObjectType))).toEqual([
      null,
      0,
      [],
      [],
    ]);
    document.update("register", { f: "write", value: { a: [1] } });
    document.update("counter", { f: "increment", value: 3 });
    document.update("counter", { f: "increment", value: -1 });
    for (const value of ["x", 1, "y"]) document.update("set", { f: "add", value });
    document.update("set", { f: "remove", value: "x" });
    expect(document.read("register")).toEqual({ a: [1] });
    expect(document.read("counter")).toBe(2);
    expect(new Set(document.read("set") as Json[])).toEqual(new Set([1, "y"]));
    expect(() => document.read("queue")).toThrow(/no queue/);
    expect(() => document.update("set", { f: "increment", value: 1 })).toThrow(/no increment/);
    expect(() => document.update("counter", { f: "increment", value: "1" })).toThrow(/expected an integer/);
  });

  test("keep each character after the one it was typed after, also if that one was erased meanwhile", () => {
    const [a, b] = open(library) as [Document, Document];
    a.update("text", insert("a", null));
    a.update("text", insert("b", "a"));
    b.merge(a.save());
    a.update("text", { f: "erase", value: { id: "a" } });
    b.update("text", insert("c", "a"));
    a.update("text", insert("d", "a"));
    talk(a, b);
    expect(a.read("text")).toEqual(b.read("text"));
    const ids = idsIn(a.read("text"));
    expect(new Set(ids)).toEqual(new Set(["b", "c", "d"]));
    expect(ids.indexOf("c")).toBeLessThan(ids.indexOf("b"));
    expect(() => b.update("text", insert("e", "nobody"))).toThrow(/nobody has not arrived/);
    expect(a.update("text", { f: "erase", value: { id: "a" } })).toBeUndefined();
  });

  test("add concurrent increments up", () => {
    const [a, b, c] = open(library) as [Document, Document, Document];
    [a, b, c].forEach((document, i) => document.update("counter", { f: "increment", value: i + 1 }));
    talk(a, b);
    talk(b, c);
    expect(c.read("counter")).toBe(6);
  });

  test("keep an element whose add no remove had seen", () => {
    const [a, b, c] = open(library) as [Document, Document, Document];
    const adds = [a, b].map((document) => document.update("set", { f: "add", value: "x" })!);
    for (const add of adds) {
      const [, , other] = open(library) as [Document, Document, Document];
      other.merge(add);
      const remove = other.update("set", { f: "remove", value: "x" })!;
      const copy = library.open("k", contextOf("n3"));
      for (const update of [...adds, remove]) copy.merge(update);
      expect(copy.read("set")).toEqual(["x"]);
    }
    expect(c.read("set")).toEqual([]);
  });

  test("have the same summary exactly if they hold the same, after an erase too", () => {
    const [a, b] = open(library) as [Document, Document];
    expect(a.summary()).toBe(b.summary());
    a.update("text", insert("a", null));
    expect(a.summary()).not.toBe(b.summary());
    expect(talk(a, b)).toBeGreaterThan(0);
    expect(a.summary()).toBe(b.summary());
    b.update("text", { f: "erase", value: { id: "a" } });
    expect(a.summary()).not.toBe(b.summary());
    talk(a, b);
    expect(a.read("text")).toEqual([]);
    expect(a.summary()).toBe(b.summary());
  });

  const actionArbitrary = fc.oneof(
    fc.record({
      object: fc.constant("set" as const),
      f: fc.constantFrom("add" as const, "remove" as const),
      value: fc.integer({ min: 0, max: 3 }),
    }),
    fc.record({
      object: fc.constant("counter" as const),
      f: fc.constant("increment" as const),
      value: fc.integer({ min: -3, max: 3 }),
    }),
    fc.record({
      object: fc.constant("register" as const),
      f: fc.constant("write" as const),
      value: fc.integer(),
    }),
  );
  test("end equal whatever the order of changes, doubled ones, and what only syncing brings", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ node: fc.nat(2), action: actionArbitrary, lost: fc.boolean(), twice: fc.boolean() }),
          { maxLength: 20 },
        ),
        fc.nat(),
        (steps, seed) => {
          const documents = open(library);
          const shipped: [to: number, update: Uint8Array][] = [];
          for (const {
            node,
            action: { object, ...action },
            lost,
            twice,
          } of steps) {
            const update = documents[node]!.update(object, action);
            if (update === undefined || lost) continue;
            for (const to of [0, 1, 2])
              if (to !== node)
                shipped.push(
                  [to, update],
                  ...((twice ? ([[to, update]] as const) : []) as [number, Uint8Array][]),
                );
          }
          for (const [to, update] of new Random(String(seed)).shuffle(shipped)) documents[to]!.merge(update);
          for (const [one, other] of [
            [0, 1],
            [1, 2],
            [0, 1],
          ] as const)
            talk(documents[one]!, documents[other]!);
          const [first, ...others] = documents.map((document) =>
            ["set", "counter", "register"].map((type) => sorted(document.read(type as ObjectType))),
          );
          for (const other of others) expect(other).toEqual(first);
          expect(new Set(documents.map((document) => document.summary())).size).toBe(1);
          const again = library.open("k", contextOf("n1"));
          again.merge(documents[2]!.save());
          expect(again.summary()).toBe(documents[2]!.summary());
        },
      ),
      { numRuns: 25 },
    );
  });
});

const sorted = (value: Json): Json => (Array.isArray(value) ? value.toSorted() : value);

test("a map of Yjs loses an element: of two concurrent adds one is dropped, and the remove of the other takes it along", () => {
  const library = loadYjs("map");
  const lost = [0, 1].map((removed) => {
    const [a, b, c] = open(library) as [Document, Document, Document];
    const adds = [a, b].map((document) => document.update("set", { f: "add", value: "x" })!);
    c.merge(adds[removed]!);
    const remove = c.update("set", { f: "remove", value: "x" })!;
    for (const update of [...adds, remove]) a.merge(update);
    return (a.read("set") as Json[]).length === 0;
  });
  expect(lost).toContain(true);
});

test("Yjs shows a character without the one it was typed after, if that one came with another update and an erased one lies between", () => {
  const [a, b, c] = open(LIBRARIES["yjs"]!) as [Document, Document, Document];
  for (const action of [insert("o", null), insert("x", "o")]) a.update("text", action);
  for (const other of [b, c]) other.merge(a.save());
  a.merge(b.update("text", insert("y", "o"))!);
  const updates = [{ f: "erase", value: { id: "x" } } as Action, insert("j", "y")].map(
    (action) => a.update("text", action)!,
  );
  for (const update of updates) c.merge(update);
  expect(idsIn(a.read("text"))).toEqual(["o", "y", "j"]);
  expect(idsIn(c.read("text"))).toEqual(["o", "j"]);
});

test("a package that is not installed is named, with what to do", () => {
  expect(() => loadPackage("no-such-package-of-anybody", "store")).toThrow(
    /store needs the package no-such-package-of-anybody, which is not installed/,
  );
});
