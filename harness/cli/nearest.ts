import { HarnessError } from "#core/errors";

/** The entry of a registry. @throws HarnessError `unknown-name` that offers the nearest valid name. */
export function lookUp<T>(kind: string, name: string, registry: Readonly<Record<string, T>>): T {
  const entry = Object.hasOwn(registry, name) ? registry[name] : undefined;
  if (entry !== undefined) return entry;
  throw unknownName(kind, name, Object.keys(registry));
}

export function unknownName(kind: string, name: string, valid: readonly string[]): HarnessError {
  const near = nearest(name, valid);
  const offer = near === undefined ? `one of: ${valid.join(", ")}` : `did you mean ${near}?`;
  return new HarnessError("unknown-name", `unknown ${kind} "${name}"`, { hint: offer });
}

/** The name at the smallest edit distance, if it is near enough to be a slip of the keyboard. */
export function nearest(name: string, valid: readonly string[]): string | undefined {
  const ranked = valid
    .map((candidate) => ({
      candidate,
      distance: distanceBetween(name.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(name.length / 2))
    ? best.candidate
    : undefined;
}

/** Levenshtein distance. */
function distanceBetween(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length] ?? Math.max(a.length, b.length);
}
