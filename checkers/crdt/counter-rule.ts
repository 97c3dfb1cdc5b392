import type { Budget } from "#core/budget";
import type { History } from "#core/history";
import { hasExecution } from "./counter-execution.ts";
import { findStepsBack } from "./counter-sessions.ts";
import { judgeSums } from "./counter-sums.ts";
import { countsOf } from "./counts.ts";
import type { CrdtVerdict } from "./crdt-checker.ts";
import type { CrdtObject } from "./crdt-objects.ts";

/** The execution is looked for where reads times increments are no more than this. */
const MAX_STEPS = 20_000_000;

/** Replicated counters: exact under eventual visibility; under causal visibility whatever it says is so, but not all is decided. */
export function judgeCounter(
  history: History,
  object: CrdtObject,
  budget: Budget,
  kind: { readonly mayDecrement: boolean },
): CrdtVerdict {
  const counts = countsOf(history, object, kind);
  if (typeof counts === "string") return { findings: [], undecided: counts };
  const sums = judgeSums(history, object, counts, budget);
  if (!object.isCausal) return sums;
  const findings = [...sums.findings, ...findStepsBack(history, object, counts, budget)];
  if (findings.length > 0 || sums.undecided !== undefined || object.unbound !== undefined)
    return { findings, undecided: sums.undecided };
  const isSmall = object.reads.length * object.updates.length <= MAX_STEPS;
  if (isSmall && hasExecution(history, object, counts, budget)) return { findings };
  return { findings, undecided: "no causal execution that explains all reads together was found" };
}
