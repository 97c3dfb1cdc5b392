import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import type { History } from "#core/history";
import type { Json } from "#core/json";
import type { Anomaly } from "#core/verdict";
import { Collector } from "../collector.ts";
import { holds, objectsOf, verdictOf } from "../verdicts.ts";
import { endOf, keyWords, nodeWords, plural, valueWords, whenWords, whoWords } from "../words.ts";
import { type Log, logsOf, type Place, type Poll } from "./log-table.ts";

/**
 * Logs whose messages have offsets. Every offset holds one message, and every message that was sent once is at one offset. A
 * poll returns messages in the order of their offsets, beginning at the one it asked for, and leaves out none that is known
 * to be between the first and the last, then or later: whoever read past an offset never comes back to it. What it returns
 * was sent before. Nothing is said of when a message must be seen first. O(operations + messages polled), and a sort.
 * Source: the anomalies of Maelstrom's and Jepsen's kafka workload.
 */
export const logOrder: Checker = {
  name: "log-order",
  summary: "logs: offsets that conflict, messages twice or from nowhere, polls out of order or with gaps",
  models: ["log-order"],
  partition: "key",
  applies: (history) => holds(history, ["log"]),
  check,
};

function check(history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  let judged = 0;
  for (const log of logsOf(history, budget)) {
    const search = { history, log, collector, budget, known: knownPlaces(log) };
    judged += search.known.length;
    findConflicts(search);
    findDuplicates(search);
    findUnexpected(search);
    findGaps(search);
  }
  const violations = Object.values(collector.counts).reduce((sum, count) => sum + count, 0);
  const nothing = "no message was acknowledged with an offset, and none was polled";
  const findings = { model: "log-order" as const, violations, judged, undecided: [], nothing };
  return {
    results: [verdictOf(findings, objectsOf(history, ["log"]))],
    anomalies: collector.anomalies,
    counts: collector.counts,
  };
}

interface Search {
  readonly history: History;
  readonly log: Log;
  readonly collector: Collector;
  readonly budget: Budget;
  /** One place for each offset and message that somebody told of, by offset. */
  readonly known: readonly Place[];
}

/** Acknowledgements before polls, earlier ones first: the plainest proofs. */
function knownPlaces({ acknowledged, polls }: Log): Place[] {
  const found = new Map<string, Place>();
  for (const place of [...acknowledged, ...polls.flatMap(({ places }) => places)]) {
    const name = `${place.offset} ${place.message}`;
    if (!found.has(name)) found.set(name, place);
  }
  return [...found.values()].sort((a, b) => a.offset - b.offset);
}

function findConflicts({ history, log, collector, known }: Search): void {
  for (const [offset, places] of Map.groupBy(known, (place) => place.offset)) {
    if (places.length < 2) continue;
    const [one, other] = places as [Place, Place];
    collector.add("offset-conflict", places.length, () => ({
      ...anomaly(history, log, "offset-conflict", [one.row, other.row, ...sendsOf(log, places.slice(0, 2))]),
      explanation: `offset ${offset} of ${keyWords(history, log.key)} holds ${placeWords(history, one)}, and ${placeWords(history, other)}`,
    }));
  }
}

function findDuplicates({ history, log, collector, known }: Search): void {
  for (const [message, places] of Map.groupBy(known, (place) => place.message)) {
    const sends = log.sends.get(message) ?? [];
    // One that nobody sent is unexpected, however often.
    if (sends.length === 0 || places.length <= sends.length) continue;
    const proof = places.slice(0, sends.length + 1);
    collector.add("duplicate-message", places.length, () => ({
      ...anomaly(history, log, "duplicate-message", [...sends, ...proof.map(({ row }) => row)]),
      explanation: `message ${words(message)} of ${keyWords(history, log.key)} was sent ${sends.length === 1 ? "once" : plural(sends.length, "time")} and is at the offsets ${proof.map(({ offset }) => offset).join(", ")}: ${proof.map((place) => placeWords(history, place)).join("; ")}`,
    }));
  }
}

function findUnexpected({ history, log, collector }: Search): void {
  const told = new Set<string>();
  for (const poll of log.polls) {
    for (const { message } of poll.places) {
      const sends = log.sends.get(message) ?? [];
      const isSent = sends.some((row) => history.invRank[row]! < history.retRank[poll.row]!);
      if (isSent || told.has(message)) continue;
      told.add(message);
      const failed = log.failed.get(message);
      const why =
        sends.length > 0
          ? "before its send began"
          : failed === undefined
            ? "which nobody sent"
            : `although its only send, by ${whoWords(history, failed)}, certainly failed`;
      const rows = [poll.row, ...sends, ...(failed === undefined ? [] : [failed])];
      collector.add("unexpected-message", 0, () => ({
        ...anomaly(history, log, "unexpected-message", rows),
        explanation: `${pollWords(history, poll)} returned ${words(message)} of ${keyWords(history, log.key)}, ${why}`,
      }));
    }
  }
}

/** Polls that go back, or that leave out what is known. */
function findGaps(search: Search): void {
  const { history, log, collector, budget } = search;
  for (const poll of log.polls) {
    if (poll.places.length === 0) continue;
    const wrong = poll.places.findIndex(
      ({ offset }, i) => offset < poll.from || (i > 0 && offset <= poll.places[i - 1]!.offset),
    );
    if (wrong !== -1) {
      collector.add("unordered-poll", 0, () => ({
        ...anomaly(history, log, "unordered-poll", [poll.row, ...sendsOf(log, poll.places)]),
        explanation: `${pollWords(history, poll)} asked for ${keyWords(history, log.key)} from offset ${poll.from} and got offset ${poll.places[wrong]!.offset}${wrong === 0 ? "" : ` after ${poll.places[wrong - 1]!.offset}`}`,
      }));
    }
    const skipped = skippedBy(poll, search.known, budget);
    const [first] = skipped;
    if (first === undefined) continue;
    collector.add("skipped-message", skipped.length, () => ({
      ...anomaly(history, log, "skipped-message", [
        poll.row,
        first.row,
        ...sendsOf(log, [first, ...poll.places]),
      ]),
      explanation: skipWords(history, log, poll, skipped),
    }));
  }
}

/** Known places whose offset the poll passed and did not return. Two pointers, as both are in order. */
function skippedBy(poll: Poll, known: readonly Place[], budget: Budget): Place[] {
  const offsets = poll.places.map(({ offset }) => offset);
  const returned = new Set(offsets);
  const last = Math.max(...offsets);
  const skipped: Place[] = [];
  for (let i = firstFrom(known, poll.from); i < known.length && known[i]!.offset < last; i++) {
    budget.tick();
    if (!returned.has(known[i]!.offset)) skipped.push(known[i]!);
  }
  return skipped;
}

/** Where the places from an offset on begin. */
function firstFrom(known: readonly Place[], offset: number): number {
  let [low, high] = [0, known.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (known[middle]!.offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function skipWords(history: History, log: Log, poll: Poll, skipped: readonly Place[]): string {
  const [first] = skipped as [Place];
  const last = Math.max(...poll.places.map(({ offset }) => offset));
  const more = skipped.length === 1 ? "" : ` and ${plural(skipped.length - 1, "further message")}`;
  return `${pollWords(history, poll)} read ${keyWords(history, log.key)} from offset ${poll.from} to ${last} without ${words(first.message)} at offset ${first.offset}${more}: ${placeWords(history, first)}`;
}

const words = (message: string): string => valueWords(JSON.parse(message) as Json);

const pollWords = (history: History, { row }: Poll): string =>
  `${whoWords(history, row)}'s poll${nodeWords(history, row, "of")} ${whenWords(history, endOf(history, row))}`;

function placeWords(history: History, { row, message, offset }: Place): string {
  const who = `${whoWords(history, row)}${nodeWords(history, row, "by")} ${whenWords(history, endOf(history, row))}`;
  return `${words(message)}, told to be at ${offset} to ${who}`;
}

const sendsOf = ({ sends }: Log, places: readonly Place[]): number[] =>
  places.flatMap(({ message }) => sends.get(message) ?? []);

/** All but the explanation. */
const anomaly = (
  history: History,
  { key }: Log,
  type: Anomaly["type"],
  rows: readonly number[],
): Omit<Anomaly, "explanation"> => ({
  type,
  model: "log-order",
  key: keyWords(history, key),
  witness: [...new Set(rows)].sort((a, b) => a - b).map((row) => history.invRank[row]!),
});
