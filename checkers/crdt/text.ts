import type { Budget } from "#core/budget";
import type { History } from "#core/history";
import { keyWords, plural, whoWords } from "../words.ts";
import { CausalSight } from "./causal-sight.ts";
import { type CrdtFinding, type CrdtVerdict, crdtChecker } from "./crdt-checker.ts";
import { type CrdtObject, crdtObjects, isAcknowledged, maySee } from "./crdt-objects.ts";
import { shrink } from "./shrink.ts";
import { type TextView, textViewOf } from "./text-chars.ts";
import { InsertOrder } from "./text-order.ts";
import { charWords, judgeTextReads, showsWords } from "./text-reads.ts";

/**
 * Replicated text (RGA): a tree of characters, each below the one after which it was inserted, read from the root, later
 * inserts first; erased characters stay in the tree unseen. A read may show any part of the tree that hangs together; the last
 * reads show all that was inserted and not erased. One order of all inserts must give every text; under causal visibility it follows causes
 * (Lamport timestamps). Exact under eventual visibility, for distinct ids. Sources: Roh et al. 2011; Attiya et al. 2016.
 */
export const text = crdtChecker({
  name: "text",
  crdt: "rga",
  summary: "replicated texts: insert after a character, erase",
  judge: (history, object, budget) => {
    const view = textViewOf(history, object);
    if (typeof view === "string") return { findings: [], undecided: view };
    const findings = judgeTextReads(history, object, view, budget);
    if (findings.length > 0) return { findings };
    if (!new InsertOrder(object, view, budget).isPossible)
      return { findings: [orderConflict(history, object, budget, false)] };
    return object.isCausal ? judgeCausally(history, object, view, budget) : { findings };
  },
});

/** What no read can have missed, and what that says. */
interface Sighted {
  readonly sight: CausalSight;
  readonly isPossible: boolean;
  readonly findings: readonly CrdtFinding[];
}

function judgeCausally(history: History, object: CrdtObject, view: TextView, budget: Budget): CrdtVerdict {
  if (!CausalSight.fits(object))
    return { findings: [], undecided: "too many operations for causal visibility to be judged" };
  const certain = sighted(history, object, view, budget, false);
  if (certain.findings.length > 0) {
    const kinds = [...Map.groupBy(certain.findings, ({ type }) => type).values()].map(([first]) => first!);
    return { findings: kinds.map((finding) => smaller(history, object, budget, finding)) };
  }
  if (certain.isPossible && !followsCauses(object, view, certain.sight, budget))
    return { findings: [orderConflict(history, object, budget, true)] };
  const guessed = sighted(history, object, view, budget, true);
  const isExplained =
    guessed.isPossible && guessed.findings.length === 0 && followsCauses(object, view, guessed.sight, budget);
  if (isExplained) return { findings: [] };
  return { findings: [], undecided: "no causal execution that explains all reads together was found" };
}

/** Draws conclusions from sessions, anchors and erases; `guesses`: also where several erases may be the reason. */
function sighted(
  history: History,
  object: CrdtObject,
  view: TextView,
  budget: Budget,
  guesses: boolean,
): Sighted {
  const sight = new CausalSight(history, object);
  const acknowledged = object.updates.filter((row) => isAcknowledged(history, row));
  for (const { row, anchor } of view.chars) if (anchor !== undefined) sight.require(row, anchor.row);
  for (const read of object.reads) {
    for (const { inserted } of view.shown.get(read)!) sight.require(read, inserted!.row);
    if (object.last.has(read)) for (const row of acknowledged) sight.require(read, row);
  }
  for (;;) {
    sight.settle();
    const findings: CrdtFinding[] = [];
    let changes = 0;
    for (const read of object.reads) {
      const shown = new Set(view.shown.get(read)!.map(({ inserted }) => inserted));
      for (const char of view.chars) {
        budget.tick();
        const erase = char.erases.find((row) => sight.sees(read, row));
        if (shown.has(char)) {
          if (erase === undefined) continue;
          const what = `${charWords(char)}, which ${whoWords(history, erase)} had erased, as this read must have seen`;
          const explanation = `${showsWords(history, object, read)} ${what}`;
          findings.push({ type: "resurrected-char", rows: [char.row, erase, read], explanation });
          continue;
        }
        if (erase !== undefined || !sight.sees(read, char.row)) continue;
        const options = char.erases.filter((row) => maySee(history, read, row));
        if (options.length === 0) {
          const explanation = `${showsWords(history, object, read)} no ${charWords(char)}, which this read must have seen inserted and nobody can have erased`;
          findings.push({ type: "vanished-char", rows: [char.row, read], explanation });
        } else if (options.length === 1 || guesses) {
          sight.require(read, options[0]!);
          changes++;
        }
      }
    }
    if (findings.length > 0 || changes === 0) return { sight, isPossible: sight.isPossible, findings };
  }
}

/** Whether one order of all inserts gives every text and puts causes before effects. */
function followsCauses(object: CrdtObject, view: TextView, sight: CausalSight, budget: Budget): boolean {
  const order = new InsertOrder(object, view, budget);
  for (const { row } of view.chars) {
    for (const { row: cause } of view.chars) {
      budget.tick();
      if (sight.sees(row, cause)) order.add(cause, row);
    }
  }
  return order.isPossible;
}

/** Everything that makes the order impossible, and no more. */
function orderConflict(history: History, object: CrdtObject, budget: Budget, isCausal: boolean): CrdtFinding {
  const rows = smallest(
    history,
    object,
    [],
    (part, smallerObject, view) => {
      if (!new InsertOrder(smallerObject, view, budget).isPossible) return true;
      if (!isCausal) return false;
      const { sight, isPossible, findings } = sighted(part, smallerObject, view, budget, false);
      return isPossible && findings.length === 0 && !followsCauses(smallerObject, view, sight, budget);
    },
    budget,
  );
  const reads = object.reads.filter((read) => rows.includes(read)).length;
  const causes = isCausal ? ", what each insert had seen," : "";
  return {
    type: "text-order-conflict",
    rows,
    explanation: `${plural(reads, "read")} of ${keyWords(history, object.key)}${causes} and the places where characters were inserted contradict each other: no order of the inserts gives all of these texts`,
  };
}

function smaller(history: History, object: CrdtObject, budget: Budget, finding: CrdtFinding): CrdtFinding {
  const rows = smallest(
    history,
    object,
    finding.rows,
    (part, smallerObject, view) =>
      new InsertOrder(smallerObject, view, budget).isPossible &&
      sighted(part, smallerObject, view, budget, false).findings.some(({ type }) => type === finding.type),
    budget,
  );
  return { ...finding, rows };
}

type Proof = (part: History, object: CrdtObject, view: TextView) => boolean;

/** Erases of a character go or stay together: without one of them another would look like the only explanation. */
function smallest(
  history: History,
  object: CrdtObject,
  kept: readonly number[],
  proof: Proof,
  budget: Budget,
): readonly number[] {
  const view = textViewOf(history, object);
  if (typeof view === "string") return [...object.updates, ...object.reads];
  const charOf = new Map(view.chars.flatMap((char) => char.erases.map((row) => [row, char.row] as const)));
  return shrink(
    history,
    {
      rows: [...object.updates, ...object.reads],
      groupOf: (row) => (charOf.has(row) ? `erases of ${charOf.get(row)}` : `${row}`),
      keep: (row) => kept.includes(row),
    },
    (part) => {
      const [smallerObject] = crdtObjects(part, "rga");
      if (smallerObject === undefined) return false;
      const partView = textViewOf(part, smallerObject);
      if (typeof partView === "string") return false;
      if (judgeTextReads(part, smallerObject, partView, budget).length > 0) return false;
      return proof(part, smallerObject, partView);
    },
  );
}
