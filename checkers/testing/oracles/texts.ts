import type { Json } from "#core/json";
import type { Operation } from "../operations.ts";
import { lastRoundOf } from "./final-phase.ts";

const idOf = ({ value }: Operation): Json => (value as { readonly id: Json }).id;

const shows = ({ f, status, value }: Operation, id: Json): boolean =>
  f === "read" &&
  status === "ok" &&
  Array.isArray(value) &&
  (value as { readonly id: Json }[]).some((char) => char.id === id);

/** Characters that were acknowledged, or shown after their insertion began, that nobody may have erased, and that no last read shows. */
export function lostChars(operations: readonly Operation[], nodes: readonly string[]): Json[] {
  const round = lastRoundOf(operations, nodes);
  if (round === undefined) return [];
  const inserts = operations.filter(({ f, status }) => f === "insert" && status !== "fail");
  return [...new Set(inserts.map(idOf))].filter((id) => {
    const ofChar = inserts.filter((insert) => idOf(insert) === id);
    const isKnown =
      ofChar.some(({ status }) => status === "ok") ||
      operations.some((read) => shows(read, id) && ofChar.some(({ inv }) => inv < read.ret));
    const isErased = operations.some((one) => one.f === "erase" && one.status !== "fail" && idOf(one) === id);
    return isKnown && !isErased && round.every((read) => !shows(read, id));
  });
}
