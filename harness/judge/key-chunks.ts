import type { History } from "#core/history";

/** More of them would be shared out more evenly, but each costs a message. */
const MOST_CHUNKS = 32;

/** Keys in runs of about equally many operations, for threads to take one after the other. Keys as given, in their order. */
export function keyChunks(history: History, keys: readonly number[]): readonly (readonly number[])[] {
  if (keys.length <= MOST_CHUNKS) return keys.map((key) => [key]);
  const operations = operationsByKey(history);
  const total = keys.reduce((sum, key) => sum + operations[key]!, 0);
  const chunks: number[][] = [[]];
  let taken = 0;
  for (const key of keys) {
    if (taken * MOST_CHUNKS >= total * chunks.length) chunks.push([]);
    chunks.at(-1)!.push(key);
    taken += operations[key]!;
  }
  return chunks;
}

function operationsByKey({ keys, key }: History): Int32Array {
  const count = new Int32Array(keys.length);
  for (const id of key) if (id >= 0) count[id]!++;
  return count;
}
