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

const EMPTY_LEAF = hashText("");
const EMPTY_LEAVES: readonly number[] = Array.from({ length: FANOUT }, () => EMPTY_LEAF);
const EMPTY_BRANCH = hashText(EMPTY_LEAVES.join());

/** @param digests a hash of each key's state, the same for equal states */
export function merkleTree(digests: ReadonlyMap<string, number>): MerkleTree {
  const entries = new Map<number, string[][]>();
  for (const [key, digest] of digests) {
    const [branch, leaf] = placeOf(key);
    const below = entries.get(branch) ?? [];
    (below[leaf] ??= []).push(`${key} ${digest}`);
    entries.set(branch, below);
  }
  const leaves = Array.from({ length: FANOUT }, (_, branch) => leavesOf(entries.get(branch)));
  const branches = leaves.map((branch) => (branch === EMPTY_LEAVES ? EMPTY_BRANCH : hashText(branch.join())));
  return { root: hashText(branches.join()), branches, leaves };
}

const leavesOf = (entries: readonly string[][] | undefined): readonly number[] =>
  entries === undefined
    ? EMPTY_LEAVES
    : EMPTY_LEAVES.map((empty, leaf) => {
        const below = entries[leaf];
        return below === undefined ? empty : hashText(below.sort().join("\n"));
      });

/** Positions at which two lists of hashes differ. */
export const differing = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.flatMap((hash, index) => (hash === b[index] ? [] : [index]));
