import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import type { History } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import type { Anomaly } from "#core/verdict";
import { Collector } from "../collector.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { keyWords, nodeWords, valueWords, whenWords, whoWords } from "../words.ts";
import { type Bank, banksOf, type TotalRead } from "./totals.ts";

const TRANSFER = FUNCTIONS.indexOf("transfer");

/**
 * Whether every read of all accounts, final ones too, has the total that transfers leave. Each transfer takes as much as it gives, so the total is the same
 * whichever transfers a read has seen, in any order, indefinite and refused ones included: a read with another one saw some transfer half
 * done, or money was lost. Where the header does not say what there was in the beginning, two reads of the same accounts
 * must agree. Source: the bank test of Jepsen (Kingsbury 2013 on).
 */
export const bank: Checker = {
  name: "bank",
  summary: "whether reads of all accounts have the total that transfers leave",
  models: ["preserved-total"],
  partition: "key",
  applies: (history) => history.f.includes(TRANSFER) && holds(history, ["map"]),
  check,
};

/** A read of a wrong total, and the one that it contradicts where the header does not tell the total. */
interface Finding {
  readonly read: TotalRead;
  readonly expected: bigint;
  readonly against: TotalRead | undefined;
}

function check(history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const undecided = new Map<number, string>();
  let judged = 0;
  for (const one of banksOf(history)) {
    budget.tick();
    const { findings, problem } = findingsOf(one);
    judged += one.reads.length;
    if (problem !== undefined) undecided.set(one.key, problem);
    for (const found of findings) {
      collector.add("wrong-total", severityOf(found), () => anomalyOf(history, found));
    }
  }
  const findings = {
    model: "preserved-total" as const,
    violations: collector.count("wrong-total"),
    judged,
    undecided: problemWords(history, undecided),
    nothing: "nobody read all accounts",
  };
  return {
    results: [verdictOf(findings, objectsOf(history, ["map"]))],
    anomalies: collector.anomalies,
    counts: collector.counts,
  };
}

function findingsOf({ initial, reads, undecided }: Bank): {
  findings: Finding[];
  problem: string | undefined;
} {
  const [first] = reads;
  if (initial !== undefined || first === undefined) {
    const wrong = reads.filter(({ total }) => total !== initial);
    const findings = wrong.map((read): Finding => ({ read, expected: initial!, against: undefined }));
    return { findings, problem: undecided };
  }
  const alike = reads.filter(({ accounts }) => sameNames(accounts, first.accounts));
  const findings = alike
    .filter(({ total }) => total !== first.total)
    .map((read): Finding => ({ read, expected: first.total, against: first }));
  const problem = alike.length === reads.length ? undecided : "not all reads show the same accounts";
  return { findings, problem };
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));

const severityOf = ({ read, expected }: Finding): number => Math.abs(Number(read.total - expected));

function anomalyOf(history: History, { read, expected, against }: Finding): Anomaly {
  const { row, total } = read;
  const key = keyWords(history, history.key[row]!);
  const rows = against === undefined ? [row] : [row, against.row].sort((a, b) => a - b);
  const shown = `${whoWords(history, row)} read ${key} = ${valueWords(history.operation(row).value)}${nodeWords(history, row, "from")} ${whenWords(history, history.invTime[row]!)}`;
  const wrong = against === undefined ? `not ${expected}` : `where another read had shown ${expected}`;
  return {
    type: "wrong-total",
    model: "preserved-total",
    key: history.keys[history.key[row]!]!,
    witness: rows.map((one) => history.invRank[one]!),
    explanation: `${shown}: ${total} in all, ${wrong}`,
  };
}
