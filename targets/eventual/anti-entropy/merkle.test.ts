import fc from "fast-check";
import { expect, test } from "vitest";
import { hashText } from "../canonical-text.ts";
import { differing, merkleTree, placeOf } from "./merkle.ts";

const texts = fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 3 }), { maxKeys: 30 });
const treeOf = (object: Record<string, string>) =>
  merkleTree(new Map(Object.entries(object).map(([key, text]) => [key, hashText(text)])));

test("the order of keys does not matter", () => {
  fc.assert(
    fc.property(texts, (object) => {
      const reversed = Object.fromEntries(Object.entries(object).reverse());
      expect(treeOf(reversed)).toEqual(treeOf(object));
    }),
  );
});

test("a changed key shows in the root, in its branch and in its leaf, and nowhere else", () => {
  const suffixes = fc.string({ minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(texts, fc.string({ maxLength: 4 }), suffixes, (object, key, suffix) => {
      const changed = { ...object, [key]: `${object[key] ?? ""}${suffix}` };
      const [a, b] = [treeOf(object), treeOf(changed)];
      const [branch, leaf] = placeOf(key);
      expect(a.root).not.toBe(b.root);
      expect(differing(a.branches, b.branches)).toEqual([branch]);
      expect(differing(a.leaves[branch] ?? [], b.leaves[branch] ?? [])).toEqual([leaf]);
    }),
  );
});
