import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "#core/json";
import type { Action } from "../protocol.ts";
import { type Document, edited, ot, transformed, type Edit } from "./ot.ts";
import { text } from "./plain/text.ts";
import { sequential } from "./sequential.ts";

const stamp = (context?: Json) => ({
  dot: { node: "n1", counter: 1 },
  wall: 1,
  lamport: 1,
  ...(context !== undefined && { context }),
});
const insert = (id: string, after: string | null): Action => ({
  f: "insert",
  value: { id, after, char: id },
});
const erase = (id: string): Action => ({ f: "erase", value: { id } });
const shown = (document: Document): string => document.text.map(({ char }) => char as string).join("");

/** Actions one after the other, each with the revision that its client saw. */
const typed = (...actions: readonly (readonly [Action, number])[]): Document =>
  actions.reduce<Document>((state, [action, seen]) => ot.update(state, action, stamp(seen)).state, {
    text: [],
    edits: [],
  });

const ABC = [
  [insert("a", null), 0],
  [insert("b", "a"), 1],
  [insert("c", "b"), 2],
] as const;

describe("operational transformation", () => {
  test.each([
    ["insert before a concurrent insert", [insert("x", "a"), 3], [insert("y", "b"), 3], "axbyc"],
    ["insert after a concurrent insert", [insert("x", "b"), 3], [insert("y", "a"), 3], "aybxc"],
    ["inserts at one place: the later first", [insert("x", null), 3], [insert("y", null), 3], "yxabc"],
    ["insert after a concurrent erase", [erase("a"), 3], [insert("y", "b"), 3], "byc"],
    ["insert after an erased character", [erase("b"), 3], [insert("y", "b"), 3], "ayc"],
    ["erase after a concurrent insert", [insert("x", null), 3], [erase("b"), 3], "xac"],
    ["erase at the place of a concurrent insert", [insert("x", "a"), 3], [erase("b"), 3], "axc"],
    ["erase after a concurrent erase", [erase("a"), 3], [erase("c"), 3], "b"],
    ["two erases of one character", [erase("b"), 3], [erase("b"), 3], "ac"],
  ] as const)("%s", (_, first, second, result) => expect(shown(typed(...ABC, first, second))).toBe(result));

  test("a position that only an old revision has", () => {
    expect(shown(typed(...ABC, [erase("b"), 3], [insert("x", null), 4], [insert("y", "b"), 3]))).toBe("xayc");
  });

  test("a client ahead of this node, and characters that were not there, are refused", () => {
    expect(() => ot.update(typed(...ABC), insert("x", null), stamp(9))).toThrow("not yet at 9");
    expect(() => ot.update(typed(...ABC), insert("x", "b"), stamp(1))).toThrow('has no "b"');
  });

  test("documents of two leaders are refused", () => {
    const [a, b] = [typed([insert("a", null), 0]), typed([insert("b", null), 0])];
    expect(ot.merge(a, a)).toBe(a);
    expect(() => ot.merge(a, b)).toThrow("needs one order of edits");
  });

  test("clients that saw everything get what one after the other gives", () => {
    const plain = sequential(text);
    const actions = fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.boolean()), { maxLength: 20 });
    fc.assert(
      fc.property(actions, (steps) => {
        let document: Document | undefined;
        let state: Parameters<typeof plain.merge>[0] | undefined;
        for (const [step, [pick, , erases]] of steps.entries()) {
          const chars = (plain.read(state) as { id: string }[]).map(({ id }) => id);
          const at = chars[pick % (chars.length + 1)] ?? null;
          const action = erases && at !== null ? erase(at) : insert(`c${step}`, at);
          document = ot.update(document, action, stamp(document?.edits.length ?? 0)).state;
          state = plain.update(state, action, stamp()).state;
          expect(ot.read(document)).toStrictEqual(plain.read(state));
        }
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  // TP1, with the leader's order as the priority of inserts at one place.
  test("an edit and a concurrent one come to the same text in both orders", () => {
    const chars = ["a", "b", "c", "d"].map((id) => ({ id, char: id }));
    const editOf = (name: string) =>
      fc.oneof(
        fc.nat(4).map((at): Edit => ({ insert: { id: name, char: name }, at })),
        fc.nat(3).map((at): Edit => ({ erase: chars[at]!.id, at })),
      );
    const apply = (list: typeof chars, edit: Edit | undefined) =>
      edit === undefined ? list : (edited(list, edit) as typeof chars);
    fc.assert(
      fc.property(editOf("x"), editOf("y"), (earlier, later) => {
        const tie = "insert" in earlier && "insert" in later && earlier.at === later.at;
        const server = apply(apply(chars, earlier), transformed(later, earlier));
        const moved = tie ? { ...earlier, at: earlier.at + 1 } : transformed(earlier, later);
        expect(apply(apply(chars, later), moved)).toStrictEqual(server);
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
