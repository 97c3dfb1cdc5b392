import type { Json } from "#core/json";
import { canonicalJson } from "#core/value-table";

/** Sets as arrays in the order of their elements' canonical texts, so that equal sets are equal JSON. */
export type Elements = readonly Json[];

const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The place of an element: where it is, or where it belongs. O(log n) */
function placeOf(elements: Elements, element: Json): { readonly at: number; readonly isThere: boolean } {
  const name = canonicalJson(element);
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = before(canonicalJson(elements[middle]!), name);
    if (order === 0) return { at: middle, isThere: true };
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return { at: low, isThere: false };
}

export const hasElement = (elements: Elements, element: Json): boolean => placeOf(elements, element).isThere;

/** The same array if the element is there. */
export function withElement(elements: Elements, element: Json): Elements {
  const { at, isThere } = placeOf(elements, element);
  return isThere ? elements : elements.toSpliced(at, 0, element);
}

/** The same array if the element is not there. */
export function withoutElement(elements: Elements, element: Json): Elements {
  const { at, isThere } = placeOf(elements, element);
  return isThere ? elements.toSpliced(at, 1) : elements;
}

export const union = (a: Elements, b: Elements): Elements =>
  mergeByName(a, b, canonicalJson, { both: (one) => one, alone: (one) => one });

const orderOf = <T>(a: T, b: T, nameOf: (one: T) => string): number =>
  a === b ? 0 : before(nameOf(a), nameOf(b));

/** What becomes of what is on both sides, and on one; undefined: nothing. */
export interface Merging<T> {
  both(a: T, b: T): T | undefined;
  alone(one: T, side: "a" | "b"): T | undefined;
}

/** Merges two arrays that are each in the order of distinct names. Names of what both share are not asked for. O(n) */
export function mergeByName<T>(
  a: readonly T[],
  b: readonly T[],
  nameOf: (one: T) => string,
  { both, alone }: Merging<T>,
): T[] {
  const merged: T[] = [];
  const take = (one: T | undefined): void => void (one === undefined || merged.push(one));
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const order = i === a.length ? 1 : j === b.length ? -1 : orderOf(a[i]!, b[j]!, nameOf);
    if (order < 0) take(alone(a[i]!, "a"));
    else if (order > 0) take(alone(b[j]!, "b"));
    else take(both(a[i]!, b[j]!));
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return merged;
}
