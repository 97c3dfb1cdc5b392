import type { Budget } from "#core/budget";
import { type History, NONE } from "#core/history";
import { valueWords } from "../words.ts";
import { CausalSight } from "./causal-sight.ts";
import type { CrdtFinding, CrdtVerdict } from "./crdt-checker.ts";
import { type CrdtObject, crdtObjects, isAcknowledged } from "./crdt-objects.ts";
import { lwwFindings, showsWords } from "./lww-findings.ts";
import { type LwwWrites, lwwWritesOf, shownWrite } from "./lww-writes.ts";
import { isAcyclic } from "./order-graph.ts";
import { shrink } from "./shrink.ts";

interface Problem {
  readonly history: History;
  readonly object: CrdtObject;
  readonly writes: LwwWrites;
  readonly budget: Budget;
}

type Found = Pick<CrdtFinding, "type"> & { readonly read?: number; readonly write?: number };

/**
 * LWW-Registers under causal visibility: what a read shows is later than all other writes that it must have seen. Without
 * timestamps causes come before effects, too. Some order of all writes does that: the conditions of causal convergence
 * (Bouajjani et al. 2017) on one register, with the last reads. Exact for distinct values.
 */
export function judgeLwwSessions(
  history: History,
  object: CrdtObject,
  writes: LwwWrites,
  budget: Budget,
): CrdtVerdict {
  if (!CausalSight.fits(object))
    return { findings: [], undecided: "too many operations for causal visibility to be judged" };
  const { found, isPossible } = conflicts({ history, object, writes, budget });
  if (found.length === 0 && !isPossible)
    return { findings: [], undecided: "no causal execution explains all reads together" };
  const kinds = [...Map.groupBy(found, ({ type }) => type).values()].map(([first]) => first!);
  return { findings: kinds.map((one) => findingOf({ history, object, writes, budget }, one)) };
}

function conflicts(of: Problem): { readonly found: readonly Found[]; readonly isPossible: boolean } {
  const { history, object, writes, budget } = of;
  const sight = sightOf(of);
  sight.settle();
  const { isPossible } = sight;
  const found: Found[] = [];
  const before = new Map(object.updates.map((write) => [write, new Set<number>()]));
  for (const read of object.reads) {
    const shown = shownWrite(history, writes, read)!;
    for (const write of object.updates) {
      budget.tick();
      if (write === shown || !sight.sees(read, write)) continue;
      if (shown === NONE) found.push({ type: "impossible-value", read, write });
      else if (isBefore(of, sight, shown, write)) found.push({ type: "older-write-won", read, write });
      else before.get(shown)!.add(write);
      if (found.at(-1)?.read === read) break;
    }
  }
  if (found.length > 0) return { found, isPossible };
  for (const write of object.updates) {
    for (const other of object.updates) {
      budget.tick();
      if (other !== write && isBefore(of, sight, other, write)) before.get(write)!.add(other);
    }
  }
  return { found: isAcyclic(before) ? [] : [{ type: "conflicting-order" }], isPossible };
}

function sightOf({ history, object, writes }: Problem): CausalSight {
  const sight = new CausalSight(history, object);
  const acknowledged = object.updates.filter((row) => isAcknowledged(history, row));
  for (const read of object.reads) {
    const shown = shownWrite(history, writes, read)!;
    if (shown !== NONE) sight.require(read, shown);
    if (object.last.has(read)) for (const write of acknowledged) sight.require(read, write);
  }
  return sight;
}

/** Whether one write is certainly earlier than another: by their timestamps, or where there are none because it is a cause. */
function isBefore({ writes: { stamp }, object }: Problem, sight: CausalSight, a: number, b: number): boolean {
  if (object.spec.order !== "version") return sight.sees(b, a);
  const [one, other] = [stamp.get(a), stamp.get(b)];
  return one !== undefined && other !== undefined && one < other;
}

function findingOf(of: Problem, { type, read, write }: Found): CrdtFinding {
  const { history, object } = of;
  const rows = shrink(
    history,
    {
      rows: [...object.updates, ...object.reads],
      groupOf: String,
      keep: (row) => row === read || row === write,
    },
    (part) => {
      const [smaller] = crdtObjects(part, "lww");
      if (smaller === undefined) return false;
      const writes = lwwWritesOf(part, smaller);
      if (typeof writes === "string" || lwwFindings(part, smaller, writes).length > 0) return false;
      const again = conflicts({ ...of, history: part, object: smaller, writes });
      return again.found.some((one) => one.type === type);
    },
  );
  const seen = write === undefined ? "" : valueWords(history.operation(write).value);
  return {
    type,
    rows,
    explanation:
      read === undefined
        ? `reads of ${history.keys[object.key] || "the register"} take concurrent writes for the last in orders that cannot all belong to one`
        : `${showsWords(history, object, read)}, but this read must have seen ${seen}, ${type === "impossible-value" ? "so that it cannot be empty" : "which is later"}`,
  };
}
