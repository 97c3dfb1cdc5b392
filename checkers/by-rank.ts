/** Ranks are counted where their range is at most so many times their number. */
const SPARSE = 8;
/** Ranks of operations that overlap are almost in order: each is moved past a few, on average past at most so many. */
const NEAR = 24;
/** So many moves are allowed before the average is looked at. */
const FIRST_MOVES = 1024;
/** More than this are compared one with another: rank and position no longer fit one exact number. */
const MOST_PACKED = 1 << 21;

/** Positions 0 … n - 1 in order of their ranks (event indexes); equal ones as they were. O(n) where ranks are dense. */
export function byRank(ranks: Int32Array): Int32Array {
  let [least, most, sorted] = [ranks[0] ?? 0, ranks[0] ?? 0, true];
  for (let i = 1; i < ranks.length; i++) {
    const rank = ranks[i]!;
    if (rank < ranks[i - 1]!) sorted = false;
    if (rank < least) least = rank;
    if (rank > most) most = rank;
  }
  if (sorted) return Int32Array.from(ranks.keys());
  const near = inserted(ranks);
  if (near !== undefined) return near;
  if (most - least <= SPARSE * ranks.length) return counted(ranks, least, most);
  if (ranks.length > MOST_PACKED) return Int32Array.from(ranks.keys()).sort((a, b) => ranks[a]! - ranks[b]!);
  const packed = Float64Array.from(ranks, (rank, i) => rank * MOST_PACKED + i).sort();
  return Int32Array.from(packed, (one) => one % MOST_PACKED);
}

/** By insertion; undefined where that takes too long. */
function inserted(ranks: Int32Array): Int32Array | undefined {
  const order = new Int32Array(ranks.length);
  const sorted = new Int32Array(ranks.length);
  let moves = 0;
  for (let i = 0; i < ranks.length; i++) {
    const rank = ranks[i]!;
    let at = i;
    for (; at > 0 && sorted[at - 1]! > rank; at--) {
      sorted[at] = sorted[at - 1]!;
      order[at] = order[at - 1]!;
    }
    sorted[at] = rank;
    order[at] = i;
    moves += i - at;
    if (moves > FIRST_MOVES + NEAR * i) return undefined;
  }
  return order;
}

function counted(ranks: Int32Array, least: number, most: number): Int32Array {
  const next = new Int32Array(most - least + 2);
  for (let i = 0; i < ranks.length; i++) next[ranks[i]! - least + 1]!++;
  for (let rank = 1; rank < next.length; rank++) next[rank]! += next[rank - 1]!;
  const order = new Int32Array(ranks.length);
  for (let i = 0; i < ranks.length; i++) order[next[ranks[i]! - least]!++] = i;
  return order;
}
