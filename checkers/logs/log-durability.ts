import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, NONE } from "#core/history";
import type { Json } from "#core/json";
import type { Anomaly } from "#core/verdict";
import { Collector } from "../collector.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { endOf, keyWords, nodeWords, valueWords, whenWords, whoWords } from "../words.ts";
import { type Log, logsOf, type Place, type Poll } from "./log-table.ts";

/**
 * An acknowledged message is *lost* if the last poll of every node after healing, from its offset or before, returned something
 * of a greater offset and not this message. If some node's last poll does not reach that far, the message may still
 * come, since nothing says when it must be seen: `unknown`. O(operations + messages polled).
 */
export const logDurability: Checker = {
  name: "log-durability",
  summary: "messages of logs: acknowledged and lost",
  models: ["no-lost-writes"],
  partition: "key",
  needsRealTime: true,
  applies: (history) => holds(history, ["log"]),
  check,
};

function check(history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const undecided = new Map<number, string>();
  let judged = 0;
  for (const log of logsOf(history, budget)) {
    const { polls, missing } = lastPolls(history, log);
    const present = new Set(polls.flatMap(({ places }) => places.map(({ message }) => message)));
    for (const sent of log.acknowledged) {
      budget.tick();
      judged++;
      if (present.has(sent.message)) continue;
      if (missing.length > 0) undecided.set(log.key, `${missing.join(", ")}: not polled at the end`);
      else if (polls.every((poll) => hasPassed(poll, sent)))
        collector.add("lost-message", -endOf(history, sent.row), () => lost(history, log, sent, polls));
      else undecided.set(log.key, "an acknowledged message at the end of the log was never polled");
    }
  }
  const findings = {
    model: "no-lost-writes" as const,
    violations: collector.count("lost-message"),
    judged,
    undecided: problemWords(history, undecided),
    nothing: "no message was acknowledged with an offset",
  };
  return {
    results: [verdictOf(findings, objectsOf(history, ["log"]))],
    anomalies: collector.anomalies,
    counts: collector.counts,
  };
}

interface LastPolls {
  readonly polls: readonly Poll[];
  /** Nodes that were not polled after healing. */
  readonly missing: readonly string[];
}

/** The last poll of each node after healing. */
function lastPolls({ header, nodeNames }: History, log: Log): LastPolls {
  const byNode = new Map<number, Poll>();
  for (const poll of log.polls) if (poll.isFinal) byNode.set(poll.node, poll);
  const polls = [...byNode.values()];
  const missing = (header.nodes ?? []).filter((name) => !byNode.has(nodeNames.indexOf(name)));
  return { polls, missing: polls.length === 0 && missing.length === 0 ? ["no node"] : missing };
}

const hasPassed = ({ from, places }: Poll, { offset }: Place): boolean =>
  from <= offset && places.some((place) => place.offset > offset);

function lost(history: History, log: Log, sent: Place, polls: readonly Poll[]): Anomaly {
  const key = keyWords(history, log.key);
  const nodes = polls.map(({ node }) => (node === NONE ? "the node" : history.nodeNames[node]!));
  const { row, offset } = sent;
  const proof = new Set([row, ...(log.sends.get(sent.message) ?? []), ...polls.map((poll) => poll.row)]);
  return {
    type: "lost-message",
    model: "no-lost-writes",
    key,
    witness: [...proof].sort((a, b) => a - b).map((one) => history.invRank[one]!),
    explanation: `message ${valueWords(JSON.parse(sent.message) as Json)} of ${key}, acknowledged to ${whoWords(history, row)}${nodeWords(history, row, "by")} at offset ${offset} ${whenWords(history, endOf(history, row))}, is on no node at the end (${nodes.join(", ")}), although each has later ones`,
  };
}
