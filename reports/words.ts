import type { TriageClass } from "#core/triage-classes";
import type { ANOMALY_TYPES, Model, VERDICTS } from "#core/verdict";

type AnomalyType = (typeof ANOMALY_TYPES)[number];
type ModelVerdict = (typeof VERDICTS)[number];

/** How a model is called in a sentence, and what it promises in plain words. */
export const MODEL_WORDS: Readonly<Record<Model, { readonly title: string; readonly promise: string }>> = {
  linearizable: {
    title: "Linearizable",
    promise: "Every operation takes effect at one instant between its call and its reply, for everybody.",
  },
  sequential: {
    title: "Sequential",
    promise: "All clients see one order of all operations, which keeps each client's own order.",
  },
  causal: { title: "Causal", promise: "Nobody sees an effect without its causes." },
  "causal-convergent": {
    title: "Causal, convergent",
    promise: "Causal, and everybody agrees in the end on the order of concurrent writes.",
  },
  "causal-memory": {
    title: "Causal memory",
    promise: "Each client's reads fit one order of all writes that respects causes.",
  },
  pram: { title: "PRAM", promise: "The writes of one client are seen by all in the order they were made." },
  "read-your-writes": { title: "Read your writes", promise: "A client sees what it wrote itself." },
  "monotonic-reads": {
    title: "Monotonic reads",
    promise: "What a client has once seen does not vanish from its later reads.",
  },
  "monotonic-writes": {
    title: "Monotonic writes",
    promise: "The writes of one client take effect in the order they were made.",
  },
  "writes-follow-reads": {
    title: "Writes follow reads",
    promise: "A write comes after the writes its client had seen.",
  },
  "bounded-staleness": {
    title: "Bounded staleness",
    promise: "No read is provably further behind than the bound that was asked for.",
  },
  "no-lost-writes": { title: "No lost writes", promise: "What was acknowledged or shown to somebody stays." },
  convergence: {
    title: "Convergence",
    promise: "When updates stop and the network is whole, all replicas become equal.",
  },
  "crdt-semantics": {
    title: "CRDT semantics",
    promise:
      "Every replica shows what its data type says of the updates it has, and in the end it has them all.",
  },
  "preserved-total": {
    title: "Preserved total",
    promise:
      "Transfers move money and neither make nor destroy any: every read of all accounts has the same total.",
  },
  "unique-ids": { title: "Unique ids", promise: "No id is given out twice." },
  "log-order": {
    title: "Log order",
    promise: "Every offset of a log holds one message, and everybody reads the messages in that order.",
  },
  echo: { title: "Echo", promise: "Every reply repeats what was sent." },
};

/**
 * Heading of a group of anomalies, why it is wrong, and at which operation of the witness it went wrong: what was lost
 * was lost around its acknowledgement, the final reads that show it come long after.
 */
export const ANOMALY_WORDS: Readonly<
  Record<
    AnomalyType,
    { readonly title: string; readonly definition: string; readonly wrongAt: "first" | "last" }
  >
> = {
  "stale-read": {
    title: "Stale read",
    definition: "The read returned a value that had been overwritten before the read began.",
    wrongAt: "last",
  },
  "too-stale-read": {
    title: "Read further behind than allowed",
    definition: "The read returned a version that was certainly older than the bound allows.",
    wrongAt: "last",
  },
  "non-linearizable": {
    title: "Not linearizable",
    definition:
      "No order of these operations explains every answer and respects which came first in real time.",
    wrongAt: "last",
  },
  "split-brain": {
    title: "Split brain",
    definition: "Two copies decided at once: both were taken for the one that counts.",
    wrongAt: "last",
  },
  "read-your-writes": {
    title: "Own write not read",
    definition: "A session wrote a value, got it acknowledged, and then read an older one.",
    wrongAt: "last",
  },
  "monotonic-reads": {
    title: "Read went back in time",
    definition: "A session read a value and later an older one.",
    wrongAt: "last",
  },
  "monotonic-writes": {
    title: "Writes out of order",
    definition: "Two writes of one session were seen to take effect in the wrong order.",
    wrongAt: "last",
  },
  "writes-follow-reads": {
    title: "Write before what its client had read",
    definition: "A session read a value and then wrote, but the write was ordered before what it had read.",
    wrongAt: "last",
  },
  "thin-air-read": {
    title: "Value out of thin air",
    definition: "The read returned a value that nobody wrote.",
    wrongAt: "last",
  },
  "aborted-read": {
    title: "Read of a failed write",
    definition: "The read returned the value of a write that was reported as certainly not done.",
    wrongAt: "last",
  },
  "future-read": {
    title: "Read from the future",
    definition: "The read returned a value before the write of it was even asked for.",
    wrongAt: "last",
  },
  "lost-write": {
    title: "Lost write",
    definition: "An acknowledged write is gone: no replica returns it or anything newer.",
    wrongAt: "first",
  },
  "lost-char": {
    title: "Lost character",
    definition: "An acknowledged character that nobody erased is on no node at the end.",
    wrongAt: "first",
  },
  "wrong-total": {
    title: "Wrong total",
    definition: "A read of all accounts shows more or less money than there is.",
    wrongAt: "last",
  },
  "lost-element": {
    title: "Lost element",
    definition: "The store acknowledged the element, yet no final read on any node returned it.",
    wrongAt: "first",
  },
  "vanished-element": {
    title: "Element that vanished",
    definition:
      "The element had been seen or acknowledged and was absent later, though nobody can have removed it.",
    wrongAt: "last",
  },
  "unexpected-element": {
    title: "Unexpected element",
    definition: "A read returned an element that nobody added.",
    wrongAt: "last",
  },
  "duplicate-element": {
    title: "Element more often than it was put in",
    definition: "A read returned an element more often than it can have been put in by then.",
    wrongAt: "last",
  },
  "incompatible-order": {
    title: "Two orders of one list",
    definition: "Two reads showed the elements of one list in orders that cannot both be true.",
    wrongAt: "last",
  },
  "lost-increment": {
    title: "Lost increment",
    definition: "The last counts on all nodes lack an increment or decrement that was acknowledged.",
    wrongAt: "last",
  },
  "impossible-count": {
    title: "Impossible count",
    definition: "The read returned a count that no choice among the increments and decrements makes.",
    wrongAt: "last",
  },
  diverged: {
    title: "Diverged replicas",
    definition: "After healing and a quiet period the replicas still answered differently.",
    wrongAt: "last",
  },
  "unexplained-final-read": {
    title: "Final read out of thin air",
    definition: "After healing a replica showed what no operation can have put there.",
    wrongAt: "last",
  },
  "cyclic-causality": {
    title: "Effects before their causes",
    definition: "Each of these operations depends on another of them: none of them can have come first.",
    wrongAt: "last",
  },
  "causality-violation": {
    title: "Effect without its cause",
    definition: "The read returned a value that had been overwritten by one of the causes of the read.",
    wrongAt: "last",
  },
  "conflicting-order": {
    title: "No agreement on the order of writes",
    definition: "Sessions saw concurrent writes in orders that cannot all belong to one.",
    wrongAt: "last",
  },
  "causal-memory-violation": {
    title: "No causal view",
    definition: "No order of all writes that respects their causes explains what this session read.",
    wrongAt: "last",
  },
  "pram-violation": {
    title: "Writes of a client seen out of order",
    definition: "No order of all writes that keeps each client's own order explains what this session read.",
    wrongAt: "last",
  },
  "not-sequential": {
    title: "Not sequential",
    definition: "No one order of all operations explains every answer and keeps each session's own order.",
    wrongAt: "last",
  },
  "vanished-increment": {
    title: "Increment that vanished",
    definition: "After all had time to arrive, no replica counts an increment that was acknowledged.",
    wrongAt: "last",
  },
  "surplus-increment": {
    title: "Counted more than once",
    definition: "The counter showed more than all increments begun by then add up to.",
    wrongAt: "last",
  },
  "counter-mismatch": {
    title: "Impossible count",
    definition: "No choice among the increments begun by then adds up to what the counter showed.",
    wrongAt: "last",
  },
  "counter-went-back": {
    title: "Counter that went back",
    definition:
      "A session saw the counter lower than it had seen or made it, and nothing can have lowered it.",
    wrongAt: "last",
  },
  "resurrected-element": {
    title: "Resurrected element",
    definition: "An element was there although its removal was final, or nothing had added it again.",
    wrongAt: "last",
  },
  "remove-wins-over-concurrent-add": {
    title: "Removed by a remove that never saw it",
    definition: "An element is gone although no remove can have seen its last add.",
    wrongAt: "last",
  },
  "impossible-value": {
    title: "Impossible value",
    definition: "The register showed a value that the last write cannot have left.",
    wrongAt: "last",
  },
  "older-write-won": {
    title: "An older write won",
    definition:
      "In the end the register shows a value although a write with a later timestamp was acknowledged.",
    wrongAt: "last",
  },
  "text-order-conflict": {
    title: "Conflicting order of characters",
    definition:
      "Reads, and the places where characters were inserted, cannot all belong to one order of the text.",
    wrongAt: "last",
  },
  "unexpected-char": {
    title: "Unexpected character",
    definition: "The text showed a character that nobody can have inserted.",
    wrongAt: "last",
  },
  "duplicated-char": {
    title: "Duplicated character",
    definition: "The text showed one inserted character twice.",
    wrongAt: "last",
  },
  "vanished-char": {
    title: "Vanished character",
    definition: "A character is missing from the text although nobody can have erased it.",
    wrongAt: "last",
  },
  "resurrected-char": {
    title: "Resurrected character",
    definition: "An erased character is still, or again, in the text.",
    wrongAt: "last",
  },
  "duplicate-id": {
    title: "Duplicate id",
    definition: "One id was given out more than once.",
    wrongAt: "last",
  },
  "offset-conflict": {
    title: "Two messages at one offset",
    definition: "The log showed different messages at one offset.",
    wrongAt: "last",
  },
  "duplicate-message": {
    title: "One message at two offsets",
    definition: "A message that was sent once is in the log twice.",
    wrongAt: "last",
  },
  "unordered-poll": {
    title: "Poll out of order",
    definition: "The offsets of a poll do not grow, or begin before the one that was asked for.",
    wrongAt: "last",
  },
  "skipped-message": {
    title: "Skipped message",
    definition: "A poll left out a message between the offset it began at and the last one it returned.",
    wrongAt: "last",
  },
  "lost-message": {
    title: "Lost message",
    definition: "An acknowledged message is on no node in the end, although later ones are.",
    wrongAt: "first",
  },
  "unexpected-message": {
    title: "Message from nowhere",
    definition: "A poll returned a message that nobody can have sent.",
    wrongAt: "last",
  },
  "wrong-echo": {
    title: "Wrong echo",
    definition: "The reply does not repeat what was sent.",
    wrongAt: "last",
  },
};

export const VERDICT_WORDS: Readonly<Record<ModelVerdict, { readonly mark: string; readonly word: string }>> =
  {
    satisfied: { mark: "✓", word: "held" },
    violated: { mark: "✗", word: "violated" },
    unknown: { mark: "?", word: "unknown" },
    "not-applicable": { mark: "–", word: "not applicable" },
  };

export const PROMISE_WORDS = {
  holds: "must hold",
  "may-break": "may break",
  breaks: "is known to break",
} as const;

export const OUTCOME_WORDS = {
  met: "as expected",
  broken: "broken",
  undecided: "undecided",
  surprise: "did not break",
} as const;

export const TRIAGE_WORDS = {
  flaw: { mark: "✗", word: "design flaw" },
  undetermined: { mark: "?", word: "undetermined" },
  delay: { mark: "~", word: "convergence delay" },
} as const satisfies Readonly<Record<TriageClass, { readonly mark: string; readonly word: string }>>;

/** The first words of a report. */
export const VALID_WORDS = {
  holds: { mark: "✓", word: "Held" },
  broken: { mark: "✗", word: "Broken" },
  unknown: { mark: "?", word: "Undecided" },
} as const;
export type Outcome = keyof typeof VALID_WORDS;

export const outcomeOf = (valid: boolean | "unknown"): Outcome =>
  valid === "unknown" ? "unknown" : valid ? "holds" : "broken";

/** `2,000`, `0.125`: to three decimals. Not by `Intl`, whose data take longer to load than a short history to judge. */
export function grouped(n: number): string {
  const rounded = Number.isInteger(n) ? n : Math.round(n * 1000) / 1000;
  const [whole = "", fraction] = String(rounded).split(".");
  const groups = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

/** `1 operation`, `2,000 operations`. */
export function count(n: number, one: string, many: string = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}
