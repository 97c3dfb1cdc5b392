import { hashText } from "../canonical-text.ts";

/** Branches of each level. */
export const FANOUT = 16;

/** Hashes of one node's keys in two levels: what differs between two nodes is found without sending the rest (Merkle 1987). */
export interface MerkleTree {
  readonly root: number;
  readonly branches: readonly number[];
  /** By branch, then leaf. */
  readonly leaves: readonly (readonly number[])[];
}

/** Where a key belongs: its branch, and its leaf there. */
export function placeOf(key: string): readonly [branch: number, leaf: number] {
  const hash = hashText(key);
  return [hash % FANOUT, Math.floor(hash / FANOUT) % FANOUT];
}

/** @param texts text of each key's state, equal for equal states */
export function merkleTree(texts: ReadonlyMap<string, string>): MerkleTree {
  const entries: string[][][] = Array.from({ length: FANOUT }, () =>
    Array.from({ length: FANOUT }, () => []),
  );
  for (const [key, text] of texts) {
    const [branch, leaf] = placeOf(key);
    entries[branch]?.[leaf]?.push(`${key} ${hashText(text)}`);
  }
  const leaves = entries.map((branch) => branch.map((leaf) => hashText(leaf.sort().join("\n"))));
  const branches = leaves.map((branch) => hashText(branch.join()));
  return { root: hashText(branches.join()), branches, leaves };
}

/** Positions at which two lists of hashes differ. */
export const differing = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.flatMap((hash, index) => (hash === b[index] ? [] : [index]));
