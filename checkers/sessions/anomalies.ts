import { ABSENT, type History, NONE, STATUS } from "#core/history";
import type { Anomaly } from "#core/verdict";
import { readBy, writtenBy } from "../registers/access.ts";
import { registerValues } from "../registers/register-values.ts";
import { versionOrders } from "../registers/version-order.ts";
import {
  agoWords,
  endOf,
  keyWords,
  nodeWords,
  readWords,
  valueWords,
  whenWords,
  whoWords,
} from "../words.ts";
import type { Impossibility } from "./key-walk.ts";
import type { Breach, Guarantee } from "./walk.ts";

/** A pair of operations out of order. */
export function breachAnomaly(history: History, breach: Breach): Anomaly {
  return {
    type: breach.guarantee,
    model: breach.guarantee,
    key: history.keys[history.key[breach.second]!]!,
    witness: witnessOf(history, breach)
      .map((row) => history.invRank[row]!)
      .sort((a, b) => a - b),
    explanation: sentence(history, breach),
  };
}

/** Both operations, the writers of what they read, and what proves where their versions are in the order. */
function witnessOf(history: History, { guarantee, first, second }: Breach): number[] {
  const { writer, earliestRow } = registerValues(history);
  const { toldBy } = versionOrders(history);
  const { order } = history.objectOf(history.key[second]!);
  const rows = new Set([first, second]);
  for (const row of [first, second]) {
    const value = readBy(history, row);
    if (value < 0) continue;
    rows.add(writer[value]!);
    // What a compare-and-set tells is the version of what it wrote.
    const tellsIt = writtenBy(history, row) === ABSENT || history.status[writer[value]!] === STATUS.ok;
    if (order === "version" && !tellsIt) rows.add(toldBy[value]!);
  }
  const ofRead = guarantee === "read-your-writes" || guarantee === "monotonic-reads";
  const older = ofRead ? readBy(history, second) : writtenBy(history, second);
  const from = older < 0 ? NONE : writer[older]!;
  if (from >= 0 && order === "single-writer") {
    // An indefinite write precedes the newer one only because somebody had read it by then.
    if (history.retRank[from]! > lowerOfNewer(history, guarantee, first)) rows.add(earliestRow[older]!);
  } else if (from >= 0 && !ofRead && history.status[second] !== STATUS.ok) {
    rows.add(earliestRow[older]!);
    rows.add(toldBy[older]!);
  }
  return [...rows].filter((row) => row >= 0);
}

function lowerOfNewer(history: History, guarantee: Guarantee, first: number): number {
  const newer = guarantee === "read-your-writes" ? writtenBy(history, first) : readBy(history, first);
  return newer < 0 ? history.invRank[first]! : versionOrders(history).lower[newer]!;
}

function sentence(history: History, { guarantee, first, second }: Breach): string {
  const who = whoWords(history, second);
  const when = whenWords(history, history.invTime[second]!);
  const ago = agoWords(history.invTime[second]! - endOf(history, first));
  const earlierWrite = `${valueWords(history.valueOf(writtenBy(history, first)))}${nodeWords(history, first, "to")}`;
  const earlierRead = `${valueWords(history.valueOf(readBy(history, first)))}${nodeWords(history, first, "from")}`;
  const read = readWords(history, second, readBy(history, second));
  const key = keyWords(history, history.key[second]!);
  const write = `wrote ${key} = ${valueWords(history.valueOf(writtenBy(history, second)))}${nodeWords(history, second, "to")}`;
  switch (guarantee) {
    case "read-your-writes":
      return `${who} ${read} ${when} although its own write of ${earlierWrite} had been acknowledged ${ago}`;
    case "monotonic-reads":
      return `${who} ${read} ${when} although it had read the newer ${earlierRead} ${ago}`;
    case "monotonic-writes":
      return `${who} ${write} ${when}, and it was ordered before its own write of ${earlierWrite}, acknowledged ${ago}`;
    case "writes-follow-reads":
      return `${who} ${write} ${when}, and it was ordered before ${earlierRead}, which it had read ${ago}`;
  }
}

/** Operations that no version order reconciles. */
export function impossibilityAnomaly(history: History, { guarantee, key, rows }: Impossibility): Anomaly {
  const [first, second] = rows;
  if (rows.length === 2 && readBy(history, second!) === NONE) {
    return breachAnomaly(history, { guarantee, first: first!, second: second! });
  }
  const { writer } = registerValues(history);
  const writers = rows
    .map((row) => readBy(history, row))
    .flatMap((value) => (value < 0 ? [] : [writer[value]!]));
  const witness = [...new Set([...rows, ...writers.filter((row) => row >= 0)])];
  const bySession = Map.groupBy(new Set(rows.toSorted((a, b) => a - b)), (row) => history.session[row]!);
  const deeds = [...bySession.values()].map(
    (own) => `${whoWords(history, own[0]!)} ${own.map((row) => deedWords(history, row)).join(", then ")}`,
  );
  return {
    type: guarantee,
    model: guarantee,
    key: history.keys[key]!,
    witness: witness.map((row) => history.invRank[row]!).sort((a, b) => a - b),
    explanation: `no order of the versions of ${keyWords(history, key)} fits what ${bySession.size > 1 ? "these sessions" : "this session"} saw: ${deeds.join("; ")}`,
  };
}

function deedWords(history: History, row: number): string {
  const written = writtenBy(history, row);
  if (written !== ABSENT)
    return `wrote ${valueWords(history.valueOf(written))}${nodeWords(history, row, "to")}`;
  return `read ${valueWords(history.valueOf(readBy(history, row)))}${nodeWords(history, row, "from")}`;
}
