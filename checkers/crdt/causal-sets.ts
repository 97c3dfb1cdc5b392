import type { Budget } from "#core/budget";
import type { History } from "#core/history";
import { CausalSight } from "./causal-sight.ts";
import type { CrdtFinding, CrdtVerdict } from "./crdt-checker.ts";
import { type CrdtObject, crdtObjects, maySee } from "./crdt-objects.ts";
import { acknowledgedOf, type Observation, observationsOf, type SetView, setViewOf } from "./set-elements.ts";
import { resurrected, vanished } from "./set-findings.ts";
import { keyWords } from "../words.ts";
import { shrink } from "./shrink.ts";

/** What a remove does: nothing like it exists; an element is gone for good; the adds that the remove saw are. */
export type SetSemantics = "grow-only" | "remove-for-good" | "observed-remove";

/** Choices tried before giving up. */
const MAX_CHOICES = 400;

/** A type of replicated set. */
export interface SetRule {
  readonly semantics: SetSemantics;
  /** What is wrong under eventual visibility already. */
  readonly eventual: (history: History, object: CrdtObject, view: SetView, budget: Budget) => CrdtFinding[];
}

interface CausalSet {
  readonly rule: SetRule;
  readonly semantics: SetSemantics;
  readonly history: History;
  readonly object: CrdtObject;
  readonly view: SetView;
  readonly budget: Budget;
}

/** An update that an operation sees. */
type Edge = readonly [row: number, update: number];

/** What may explain an observation that is not explained yet: each option is some updates that must be seen besides. */
interface Open {
  readonly observation: Observation;
  readonly options: readonly (readonly Edge[])[];
}

/**
 * Judges replicated sets: first under eventual visibility, then, where the header claims it, under causal visibility. What
 * every read must have seen follows from its session, and from what can only be explained in one way; an observation left
 * without explanation is a violation. If each has one in the end, and no choice is left or some choice works, that is an
 * execution: a proof. Otherwise `unknown`.
 */
export function judgeSet(history: History, object: CrdtObject, budget: Budget, rule: SetRule): CrdtVerdict {
  const { semantics } = rule;
  const view = setViewOf(history, object, { mayRemove: semantics !== "grow-only" });
  if (typeof view === "string") return { findings: [], undecided: view };
  const findings = rule.eventual(history, object, view, budget);
  if (!object.isCausal || findings.length > 0) return { findings };
  if (!CausalSight.fits(object))
    return { findings, undecided: "too many operations for causal visibility to be judged" };
  const of: CausalSet = { rule, semantics, history, object, view, budget };
  const { sight, impossible, open, isPossible } = conclude(of);
  if (impossible.length > 0) return { findings: firstOfEach(impossible).map((one) => findingOf(of, one)) };
  if (!isPossible) return { findings: [contradiction(of)] };
  const choices = { left: MAX_CHOICES };
  if (open.length === 0 || someChoiceWorks(of, sight, open, choices)) return { findings };
  return { findings, undecided: "no causal execution that explains all reads together was found" };
}

/** One of each kind: the others mostly follow from it, and each takes long to prove. */
function firstOfEach(impossible: readonly Observation[]): Observation[] {
  return [...Map.groupBy(impossible, kindOf).values()].map(([first]) => first!);
}

/** What follows from the sessions, from the last reads and from what has a single explanation. */
function conclude(of: CausalSet): Conclusions & { readonly sight: CausalSight } {
  const { history, object } = of;
  const sight = new CausalSight(history, object);
  for (const read of object.last) {
    for (const update of acknowledgedOf(history, object.updates)) sight.require(read, update);
  }
  return { sight, ...concludeAll(of, sight) };
}

interface Conclusions {
  readonly impossible: readonly Observation[];
  readonly open: readonly Open[];
  readonly isPossible: boolean;
}

/** Draws conclusions until nothing more follows. */
function concludeAll(of: CausalSet, sight: CausalSight): Conclusions {
  for (;;) {
    sight.settle();
    const open = unexplained(of, sight);
    const impossible = open.filter(({ options }) => options.length === 0);
    const forced = open.filter(({ options }) => options.length === 1);
    if (impossible.length > 0 || forced.length === 0)
      return {
        impossible: impossible.map(({ observation }) => observation),
        open,
        isPossible: impossible.length === 0 && sight.isPossible,
      };
    for (const { options } of forced) for (const [row, update] of options[0]!) sight.require(row, update);
  }
}

function unexplained(of: CausalSet, sight: CausalSight): Open[] {
  const { history, object, view, budget } = of;
  const open: Open[] = [];
  for (const read of object.reads) {
    for (const observation of observationsOf(history, view, read)) {
      budget.tick();
      const options = optionsOf(of, sight, observation);
      if (options !== undefined) open.push({ observation, options });
    }
  }
  return open;
}

/** Undefined: what the read is known to see explains it. */
function optionsOf(of: CausalSet, sight: CausalSight, observation: Observation): Edge[][] | undefined {
  const { history, semantics } = of;
  const { read, element, isPresent } = observation;
  const removes = element.removes.filter((remove) => sight.sees(read, remove));
  const isTaken = (add: number): boolean =>
    removes.some((remove) => semantics === "remove-for-good" || sight.sees(remove, add));
  const alive = element.adds.filter((add) => sight.sees(read, add) && !isTaken(add));
  if (isPresent) {
    if (alive.length > 0) return undefined;
    return element.adds
      .filter((add) => maySee(history, read, add) && !sight.sees(read, add) && !isTaken(add))
      .map((add) => [[read, add]]);
  }
  const [survivor] = alive;
  if (survivor === undefined) return undefined;
  return element.removes
    .filter((remove) => maySee(history, read, remove) && mayTake(of, sight, remove, survivor))
    .map((remove) => [
      [read, remove],
      ...(semantics === "observed-remove" ? [[remove, survivor] as const] : []),
    ]);
}

/** Whether a remove may have seen an add: it may not if the add saw it. */
const mayTake = (
  { history, semantics }: CausalSet,
  sight: CausalSight,
  remove: number,
  add: number,
): boolean => semantics === "remove-for-good" || (maySee(history, remove, add) && !sight.sees(add, remove));

/** Tries the options of one observation after the other. */
function someChoiceWorks(
  of: CausalSet,
  sight: CausalSight,
  open: readonly Open[],
  choices: { left: number },
): boolean {
  const [first] = open.toSorted((a, b) => a.options.length - b.options.length);
  for (const edges of first!.options) {
    if (--choices.left < 0) return false;
    const tried = new CausalSight(of.history, of.object, sight);
    for (const [row, update] of edges) tried.require(row, update);
    const next = concludeAll(of, tried);
    if (!next.isPossible) continue;
    if (next.open.length === 0 || someChoiceWorks(of, tried, next.open, choices)) return true;
  }
  return false;
}

const KIND_OF_CONTRADICTION = "remove-wins-over-concurrent-add";

/** What must have been seen cannot all have been: only what removes must have seen can go round in a circle. */
function contradiction(of: CausalSet): CrdtFinding {
  const { history, object } = of;
  return {
    type: KIND_OF_CONTRADICTION,
    rows: proofOf(of, KIND_OF_CONTRADICTION, () => false),
    explanation: `elements are gone from ${keyWords(history, object.key)} that only a remove can have taken away which, by what sessions saw, cannot have seen them`,
  };
}

function findingOf(of: CausalSet, observation: Observation): CrdtFinding {
  const { history, object } = of;
  const { read, element, isPresent } = observation;
  const rows = proofOf(
    of,
    kindOf(observation),
    (row) => row === read || element.adds.includes(row) || element.removes.includes(row),
  );
  return (isPresent ? resurrected : vanished)(history, object, element, read, rows);
}

/** Of an element all updates stay or go together: without one of them another would look like the only explanation. */
function proofOf(
  of: CausalSet,
  type: CrdtFinding["type"],
  keep: (row: number) => boolean,
): readonly number[] {
  const { history, object } = of;
  const updates = new Set(object.updates);
  const groupOf = (row: number): string => (updates.has(row) ? `element ${history.value[row]}` : `${row}`);
  const rows = [...object.updates, ...object.reads];
  return shrink(history, { rows, groupOf, keep }, (part) => violates(part, of, type));
}

/** Whether a part of the history proves the same by itself. */
function violates(part: History, { rule, object: { spec }, budget }: CausalSet, type: string): boolean {
  const [object] = crdtObjects(part, spec.crdt!);
  if (object === undefined) return false;
  const view = setViewOf(part, object, { mayRemove: rule.semantics !== "grow-only" });
  if (typeof view === "string" || rule.eventual(part, object, view, budget).length > 0) return false;
  const of: CausalSet = { rule, semantics: rule.semantics, history: part, object, view, budget };
  const { impossible, isPossible } = conclude(of);
  if (impossible.length === 0) return !isPossible && type === KIND_OF_CONTRADICTION;
  return impossible.some((observation) => kindOf(observation) === type);
}

const kindOf = ({ isPresent, element }: Observation): CrdtFinding["type"] =>
  isPresent
    ? "resurrected-element"
    : element.removes.length > 0
      ? "remove-wins-over-concurrent-add"
      : "vanished-element";
