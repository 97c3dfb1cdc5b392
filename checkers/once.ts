import type { History } from "#core/history";

/** Derives something from a history once, however many checkers ask. It is dropped with the history. */
export function once<T>(derive: (history: History) => T): (history: History) => T {
  const known = new WeakMap<History, T>();
  return (history) => {
    let result = known.get(history);
    if (result === undefined) {
      result = derive(history);
      known.set(history, result);
    }
    return result;
  };
}
