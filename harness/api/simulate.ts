import { contradictionWords } from "#core/contradiction-words";
import { HarnessError } from "#core/errors";
import type { History } from "#core/history";
import type { FaultSchedule } from "#core/nemesis";
import { Random } from "#core/random";
import type { VerdictDocument } from "#core/run";
import type { Target } from "#core/target";
import { SECOND } from "#core/units";
import { workloads } from "../../workloads/registry.ts";
import { chosenFaults } from "../cli/run-settings.ts";
import { lookUp } from "../cli/nearest.ts";
import { judgeHistory } from "../cli/judge-history.ts";
import { nodeNames, simulate as runSimulation, type SimulatedRun } from "../cli/simulate.ts";
import { durationFlag, expectationsFlag } from "../cli/values.ts";
import { forbidRealTime } from "../cluster/sim/forbid-real-time.ts";
import { promisesOf } from "../engine/sessions.ts";
import { parseHistory } from "../history/read-history.ts";
import { insufficiencies, MIN_DURING_FAULT, MIN_OK } from "../judge/sufficiency.ts";
import { planSchedule } from "../nemeses/schedule.ts";

/** What differs from a run of `riftcheck run` without flags; the words are those of its flags. */
export interface SimulateSettings {
  /** Name of a workload; left out: the target's default. */
  readonly workload?: string;
  readonly workloadOptions?: Readonly<Record<string, unknown>>;
  readonly targetOptions?: Readonly<Record<string, unknown>>;
  readonly nodes?: number;
  readonly clients?: number;
  /** Operations per second; left out: as fast as replies come. */
  readonly rate?: number;
  /** Virtual time of the operations, such as `"5s"`; left out: 10 s. */
  readonly time?: string;
  /** Names of faults or of packages of faults; left out: none. */
  readonly faults?: readonly string[];
  /** Length of each fault, such as `"2s"`; left out: chosen to fit the run. */
  readonly faultDuration?: string;
  /** Decides every random choice; left out: 1. */
  readonly seed?: number | string;
  /** What must hold, in the words of `--expect`; left out: what the target claims. */
  readonly expect?: string;
  /** Successful operations below which the verdict is unknown; left out: 100. */
  readonly minOk?: number;
}

/** One run and what became of it. */
export interface Simulated {
  readonly history: History;
  /** The history, JSON lines: the same settings give the same text. */
  readonly lines: string;
  /** `valid` is true where every expectation was met, false where one was broken. */
  readonly verdict: VerdictDocument;
  /** The faults of the run with their times. */
  readonly schedule: FaultSchedule;
  /** What the nodes logged, by `<node>/<process>.log`. */
  readonly logs: Readonly<Record<string, string>>;
}

/**
 * Simulates one run of a store and judges it, without a run folder: for tests of stores. A run of seconds takes some ten
 * milliseconds. While it is under way, whatever in this process asks for real time or chance (`Date.now()`, `Math.random()`,
 * `setTimeout`, …) throws, so that a store that does is found at once; runs asked for at the same time come one after the other.
 * @throws HarnessError `usage`, `unknown-name` for settings that cannot be; whatever ended the run early, such as an error
 *   that a node threw
 */
export async function simulate<Options>(
  target: Target<Options>,
  settings: SimulateSettings = {},
): Promise<Simulated> {
  const before = turn;
  let end: () => void = () => undefined;
  turn = new Promise((resolve) => (end = resolve));
  await before;
  try {
    return await simulateAlone(target as Target, settings);
  } finally {
    end();
  }
}

/** Clocks are taken away from the whole process: two runs at once would give them back to each other. */
let turn: Promise<void> = Promise.resolve();

async function simulateAlone(target: Target, settings: SimulateSettings): Promise<Simulated> {
  const simulation = simulationOf(target, settings);
  const { schedule, nodes } = simulation;
  // A store that loads a library does so now: modules may ask for the time while they are loaded.
  target.environments.sim?.(simulation.targetOptions);
  const run = await withoutRealTime(() => runSimulation(simulation));
  if (run.outcome.error !== undefined) throw run.outcome.error;
  const history = parseHistory(
    run.lines,
    `${target.name} ${simulation.workload.name}, seed ${simulation.seed}`,
  );
  const faults = schedule.map(({ fault }) => fault);
  const expectations =
    settings.expect === undefined
      ? promisesOf(simulation, { nodes, faults })
      : expectationsFlag(settings.expect);
  const minimum = { ok: settings.minOk ?? MIN_OK, duringFault: MIN_DURING_FAULT, planned: schedule.length };
  const verdict = judgeHistory(history, { expectations, insufficient: insufficiencies(history, minimum) });
  const [contradiction] = verdict.contradictions ?? [];
  if (contradiction !== undefined) throw new HarnessError("internal", contradictionWords(contradiction));
  return { history, lines: run.lines, verdict, schedule, logs: run.logs };
}

const DEFAULT_TIME = 10 * SECOND;

type Simulation = Parameters<typeof runSimulation>[0] & { readonly schedule: FaultSchedule };

/** @throws HarnessError `usage`, `unknown-name` */
function simulationOf(target: Target, settings: SimulateSettings): Simulation {
  if (target.environments.sim === undefined)
    throw new HarnessError("usage", `${target.name} cannot be simulated: it has no environments.sim`);
  const { nodes = target.defaults.nodes, clients = target.defaults.clients, rate } = settings;
  const workload = lookUp("workload", settings.workload ?? target.defaults.workload, workloads);
  const seed = String(settings.seed ?? 1);
  const time = settings.time === undefined ? DEFAULT_TIME : durationFlag("time", settings.time);
  const targetOptions = optionsOf("targetOptions", target.options, settings.targetOptions);
  const workloadOptions = optionsOf("workloadOptions", workload.options, settings.workloadOptions);
  const scene = { target, targetOptions, environment: "sim", nodes } as const;
  const faults = chosenFaults(settings.faults ?? [], scene);
  const duration =
    settings.faultDuration === undefined
      ? {}
      : { duration: durationFlag("faultDuration", settings.faultDuration) };
  const random = new Random(seed).fork("schedule");
  const schedule = planSchedule({ random, nodes: nodeNames(nodes), faults, time, ...duration });
  if (schedule.length === 0 && Object.keys(faults).length > 0)
    throw new HarnessError("usage", "the time is too short for a fault", {
      hint: "choose a longer `time` or a shorter `faultDuration`",
    });
  const chosen = { target, targetOptions, workload, workloadOptions };
  return { ...chosen, nodes, clients, ...(rate === undefined ? {} : { rate }), time, schedule, seed };
}

/** @throws HarnessError `usage` naming the option */
function optionsOf(what: string, schema: Target["options"], given: object = {}): unknown {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new HarnessError(
    "usage",
    `${[what, ...(issue?.path ?? [])].join(".")}: ${issue?.message ?? "invalid"}`,
  );
}

async function withoutRealTime(run: () => Promise<SimulatedRun>): Promise<SimulatedRun> {
  using _ = forbidRealTime();
  return await run();
}
