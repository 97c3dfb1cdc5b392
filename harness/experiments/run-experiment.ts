import type { Nanoseconds } from "#core/units";
import { targets } from "../../targets/registry.ts";
import { workloads } from "../../workloads/registry.ts";
import { judgeHistory } from "../cli/judge-history.ts";
import { simulate } from "../cli/simulate.ts";
import { parseHistory } from "../history/read-history.ts";
import type { Case, CaseResult, Experiment, Point, Row } from "./experiment.ts";
import { type Subject, subjects } from "./subjects.ts";

export interface Finished {
  readonly rows: readonly Row[];
  readonly points: readonly Point[];
  /** Subjects whose target is not there. */
  readonly left: readonly string[];
}

export interface ExperimentSettings {
  readonly seed: string;
  /** Of each run; absent: the experiment's own. */
  readonly time?: Nanoseconds;
  /** Only subjects on these targets; absent: on all that are there. */
  readonly targets?: readonly string[];
  onCase?(number: number, of: number, one: Case): void;
}

/** Runs every case, one after the other. Same seed, same tables. @throws HarnessError of the first run that fails */
export async function runExperiment(experiment: Experiment, settings: ExperimentSettings): Promise<Finished> {
  const all = subjects.filter(({ of }) => (of as readonly string[]).includes(experiment.name));
  const wanted = all.filter(({ target }) => settings.targets?.includes(target) ?? true);
  const present = wanted.filter(({ target }) => Object.hasOwn(targets, target));
  const cases = experiment.cases(present, settings.time);
  const rows: Row[] = [];
  const points: Point[] = [];
  for (const [i, one] of cases.entries()) {
    settings.onCase?.(i + 1, cases.length, one);
    const found = experiment.measure(one, await resultOf(one, `${settings.seed}/${experiment.name}/${i}`));
    rows.push(found.row);
    points.push(...found.points);
  }
  return {
    rows: experiment.merge?.(rows) ?? rows,
    points,
    left: wanted.filter((subject) => !present.includes(subject)).map(nameOf),
  };
}

const nameOf = ({ name, target }: Subject): string => `${name} (${target})`;

async function resultOf(one: Case, seed: string): Promise<CaseResult> {
  const target = targets[one.subject.target]!;
  const workload = workloads[one.workload]!;
  const { lines, outcome } = await simulate({
    ...one,
    target,
    targetOptions: target.options.parse(one.subject.options),
    workload,
    workloadOptions: workload.options.parse(one.workloadOptions),
    seed,
  });
  if (outcome.error !== undefined) throw outcome.error;
  const history = parseHistory(lines, seed);
  return { history, verdict: judgeHistory(history, { expectations: [] }) };
}
