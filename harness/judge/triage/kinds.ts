import type { Anomaly } from "#core/verdict";

type AnomalyType = Anomaly["type"];

/**
 * What waiting can do about an anomaly. `late`: something known had not arrived yet, or was seen in an order that was not settled
 * yet; it may resolve. `lost`: what was acknowledged is gone. `apart`: replicas differ after all had time to agree. `wrong`: an
 * answer, or two together, that no delay explains.
 */
export type Kind = "late" | "lost" | "apart" | "wrong";

interface TypeFacts {
  readonly kind: Kind;
  /** For sentences: one of them, and several. */
  readonly one: string;
  readonly many: string;
}

const of = (kind: Kind, one: string, many = `${one}s`): TypeFacts => ({ kind, one, many });

export const TYPE_FACTS: Readonly<Record<AnomalyType, TypeFacts>> = {
  "stale-read": of("late", "stale read"),
  "too-stale-read": of("late", "too stale read"),
  "non-linearizable": of("late", "answer that is not linearizable", "answers that are not linearizable"),
  "split-brain": of("wrong", "split brain"),
  "read-your-writes": of("late", "own write not read", "own writes not read"),
  "monotonic-reads": of("late", "read that went back", "reads that went back"),
  "monotonic-writes": of("late", "pair of writes out of order", "pairs of writes out of order"),
  "writes-follow-reads": of(
    "late",
    "write before what its client had read",
    "writes before what their clients had read",
  ),
  "thin-air-read": of("wrong", "value out of thin air", "values out of thin air"),
  "aborted-read": of("wrong", "read of a failed write", "reads of failed writes"),
  "future-read": of("wrong", "read from the future", "reads from the future"),
  "lost-write": of("lost", "lost write"),
  "lost-element": of("lost", "lost element"),
  "vanished-element": of("late", "vanished element"),
  "unexpected-element": of("wrong", "unexpected element"),
  "duplicate-element": of(
    "wrong",
    "element more often than it was put in",
    "elements more often than they were put in",
  ),
  "incompatible-order": of("late", "pair of orders of one list", "pairs of orders of one list"),
  "lost-increment": of("lost", "lost increment"),
  "impossible-count": of("wrong", "impossible count"),
  diverged: of("apart", "diverged key"),
  "unexplained-final-read": of("wrong", "final read out of thin air", "final reads out of thin air"),
  "cyclic-causality": of("wrong", "cycle of causes", "cycles of causes"),
  "causality-violation": of("late", "effect without its cause", "effects without their causes"),
  "conflicting-order": of("late", "conflict of orders", "conflicts of orders"),
  "causal-memory-violation": of("late", "read without a causal view", "reads without a causal view"),
  "pram-violation": of("late", "client's writes seen out of order", "clients' writes seen out of order"),
  "not-sequential": of("late", "answer that is not sequential", "answers that are not sequential"),
  "vanished-increment": of("lost", "vanished increment"),
  "surplus-increment": of("wrong", "surplus increment"),
  "counter-mismatch": of("wrong", "impossible count"),
  "counter-went-back": of("late", "counter that went back", "counters that went back"),
  "resurrected-element": of("wrong", "resurrected element"),
  "remove-wins-over-concurrent-add": of(
    "lost",
    "element removed by a remove that never saw it",
    "elements removed by removes that never saw them",
  ),
  "impossible-value": of("wrong", "impossible value"),
  "older-write-won": of("lost", "write that an older one replaced", "writes that older ones replaced"),
  "text-order-conflict": of("late", "conflict of orders of a text", "conflicts of orders of a text"),
  "unexpected-char": of("wrong", "unexpected character"),
  "duplicated-char": of("wrong", "duplicated character"),
  "vanished-char": of("late", "vanished character"),
  "resurrected-char": of("wrong", "resurrected character"),
  "lost-char": of("lost", "lost character"),
  "wrong-total": of("late", "wrong total"),
  "duplicate-id": of("wrong", "duplicate id"),
  "offset-conflict": of("wrong", "pair of messages at one offset", "pairs of messages at one offset"),
  "duplicate-message": of("wrong", "message at two offsets", "messages at two offsets"),
  "unordered-poll": of("wrong", "poll out of order", "polls out of order"),
  "skipped-message": of("wrong", "skipped message"),
  "lost-message": of("lost", "lost message"),
  "unexpected-message": of("wrong", "message from nowhere", "messages from nowhere"),
  "wrong-echo": of("wrong", "wrong echo", "wrong echoes"),
};
