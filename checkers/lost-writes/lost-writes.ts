import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { FLAG, type History, NONE, STATUS } from "#core/history";
import type { Anomaly } from "#core/verdict";
import { Collector } from "../collector.ts";
import { type LastRound, lastRounds } from "../last-round.ts";
import { readBy } from "../registers/access.ts";
import { type RegisterValues, registerValues, SOURCE } from "../registers/register-values.ts";
import { BEFORE_ALL, type VersionOrders, versionOrders } from "../registers/version-order.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { endOf, keyWords, nodeWords, plural, valueWords, whenWords, whoWords } from "../words.ts";

/**
 * Lost writes of registers whose version order is known: a write that was acknowledged, or read by somebody, is lost if
 * every last-round read, on every node, returns a version certainly before it. If only some nodes are behind they have
 * diverged, which `convergence` judges. Without a known version order a later value may have overwritten it: unknown.
 */
export const lostWrites: Checker = {
  name: "lost-writes",
  summary: "acknowledged writes of registers that no node has in the end",
  models: ["no-lost-writes"],
  partition: "key",
  applies: (history) => holds(history, ["register"]),
  check,
};

/** What the last round revealed of one key. */
interface End {
  readonly round: LastRound;
  /** Versions whose lower bound is above this are lost; infinite: nothing can be said. */
  readonly reached: number;
}

function check(history: History, budget: Budget): CheckResult {
  const values = registerValues(history);
  const orders = versionOrders(history);
  const ends = endsOf(history, orders);
  const collector = new Collector();
  const latest = new Map<number, { value: number; count: number }>();
  const undecided = new Map<number, string>();
  let judged = 0;
  for (let value = 0; value < history.valueCount; value++) {
    budget.tick();
    const key = history.keyOfValue(value);
    if (key === NONE || values.isRegister[key] === 0 || !isEstablished(history, values, value)) continue;
    judged++;
    const end = ends.get(key);
    const problem = problemOf(history, orders, key, end);
    if (problem !== undefined) {
      undecided.set(key, problem);
      continue;
    }
    if (end === undefined || (orders.lower[value] ?? BEFORE_ALL) <= end.reached) continue;
    const known = latest.get(key);
    const later = known === undefined || (orders.lower[known.value] ?? 0) < (orders.lower[value] ?? 0);
    latest.set(key, { value: later ? value : known.value, count: (known?.count ?? 0) + 1 });
  }
  let lost = 0;
  for (const [key, { value, count }] of latest) {
    lost += count;
    const end = ends.get(key);
    if (end !== undefined)
      collector.add("lost-write", count, () => anomalyOf(history, values, { value, count, end }));
  }
  const findings = {
    model: "no-lost-writes",
    violations: lost,
    judged,
    undecided: problemWords(history, undecided),
    nothing: "no write was acknowledged",
  } as const;
  return {
    results: [verdictOf(findings, objectsOf(history, ["register"]))],
    anomalies: collector.anomalies,
    counts: { "lost-write": lost },
  };
}

/** Acknowledged, or read by somebody: it certainly happened. */
function isEstablished(history: History, { writer, earliestRow }: RegisterValues, value: number): boolean {
  const row = writer[value] ?? SOURCE.unwritten;
  return row >= 0 && (history.status[row] === STATUS.ok || earliestRow[value] !== NONE);
}

function problemOf(
  history: History,
  orders: VersionOrders,
  key: number,
  end: End | undefined,
): string | undefined {
  const problem = orders.problems.get(key);
  if (problem !== undefined) return problem;
  if (end === undefined) return "no node was read at the end";
  if (end.round.missing.length > 0) return `${end.round.missing.join(", ")}: not read at the end`;
  const unread = end.round.rows.find((row) => (history.flags[row]! & FLAG.list) !== 0);
  return unread === undefined ? undefined : "a last read returned several values";
}

function endsOf(history: History, orders: VersionOrders): Map<number, End> {
  const ends = new Map<number, End>();
  for (const [key, round] of lastRounds(history)) {
    const reached = round.rows.map((row) => {
      const value = readBy(history, row);
      return value === NONE ? BEFORE_ALL : (orders.upper[value] ?? Number.POSITIVE_INFINITY);
    });
    ends.set(key, { round, reached: Math.max(...reached) });
  }
  return ends;
}

function anomalyOf(
  history: History,
  values: RegisterValues,
  { value, count, end }: { value: number; count: number; end: End },
): Anomaly {
  const write = values.writer[value]!;
  const proof = history.status[write] === STATUS.ok ? write : values.earliestRow[value]!;
  const finals = end.round.rows;
  const key = history.key[write]!;
  const revealed = [...new Set(finals.map((row) => history.value[row]!))];
  const supports = revealed.flatMap((id) =>
    id === NONE ? [] : [values.writer[id]!, values.earliestRow[id]!],
  );
  const rows = [write, proof, ...supports.filter((row) => row >= 0), ...finals];
  const time = endOf(history, proof);
  const how =
    proof === write
      ? `acknowledged to ${whoWords(history, write)}${nodeWords(history, write, "by")}`
      : `read by ${whoWords(history, proof)}${nodeWords(history, proof, "from")}`;
  const shown = revealed.map((id) => valueWords(history.valueOf(id))).join(" and ");
  const others = count > 1 ? ` (with it ${plural(count - 1, "earlier write")})` : "";
  return {
    type: "lost-write",
    model: "no-lost-writes",
    key: keyWords(history, key),
    witness: [...new Set(rows)].sort((a, b) => a - b).map((row) => history.invRank[row]!),
    explanation: `${keyWords(history, key)} = ${valueWords(history.valueOf(value))}, ${how} ${whenWords(history, time)}, is gone${others}: at the end every node shows ${shown}`,
  };
}
