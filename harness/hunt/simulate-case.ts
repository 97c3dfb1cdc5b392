import { HarnessError } from "#core/errors";
import type { History } from "#core/history";
import { HISTORY_FORMAT } from "#core/operation";
import { Random } from "#core/random";
import type { VerdictDocument } from "#core/run";
import type { SimPlan } from "#core/store-node";
import type { Target } from "#core/target";
import { type Nanoseconds, SECOND } from "#core/units";
import type { Model } from "#core/verdict";
import type { WorkloadRun } from "#core/workload";
import { workloads } from "../../workloads/registry.ts";
import { startEnvironment } from "../cli/environment.ts";
import { findTarget } from "../cli/find-target.ts";
import { judgeHistory } from "../cli/judge-history.ts";
import { lookUp } from "../cli/nearest.ts";
import { withPriorities } from "../cluster/sim/priority-plan.ts";
import type { VirtualLimits } from "../cluster/sim/run-virtual.ts";
import { type Chosen, sessionsOf } from "../engine/sessions.ts";
import { scriptedWorkload } from "./replay-settings.ts";
import { nemesisHooks } from "../engine/target-hooks.ts";
import { runTest, type TestOutcome, type TestPlan } from "../engine/run-test.ts";
import { parseHistory } from "../history/read-history.ts";
import { faults } from "../nemeses/registry.ts";
import { type Case, isScripted, type ScriptedCase } from "./case.ts";
import { RecordedRun, ScriptedRun } from "./script.ts";

export interface SimulatedCase {
  readonly history: History;
  /** The history as text, JSONL. */
  readonly lines: string;
  readonly verdict: VerdictDocument;
  readonly outcome: TestOutcome;
  /** The same run with its operations as a script. */
  readonly scripted: ScriptedCase;
}

export interface SimulateOptions {
  /** Saves looking it up. */
  readonly target?: Target;
  /** Only the checkers that decide these; left out: all. */
  readonly models?: readonly Model[];
  /** Of each checker: what is not decided then is unknown. */
  readonly timeout?: Nanoseconds;
}

/** A case is a run of seconds: whatever takes more than this hangs. */
const CASE_LIMITS: VirtualLimits = { events: 5_000_000, time: 3_600 * SECOND };
const CHECKER_TIMEOUT: Nanoseconds = 2 * SECOND;

/**
 * Simulates one case and judges it, in this process and without a run folder. The same case gives the same history.
 * @throws HarnessError where the run did not come to its end (a fault that could not begin, a node that threw), and
 *   `unknown-name`, `usage` where this version lacks the target, workload, fault or option
 */
export async function simulateCase(one: Case, options: SimulateOptions = {}): Promise<SimulatedCase> {
  const target = options.target ?? (await findTarget(one.target));
  const { lines, outcome, scripted } = await record(one, target);
  if (outcome.error !== undefined) throw outcome.error;
  const history = parseHistory(lines, `${one.target} ${one.workload}, seed ${one.seed}`);
  const verdict = judgeHistory(history, {
    expectations: one.expectations,
    timeout: options.timeout ?? CHECKER_TIMEOUT,
    ...(options.models === undefined ? {} : { models: options.models }),
  });
  return { history, lines, verdict, outcome, scripted };
}

interface Recorded {
  readonly lines: string;
  readonly outcome: TestOutcome;
  readonly scripted: ScriptedCase;
}

async function record(one: Case, target: Target): Promise<Recorded> {
  const options = optionsOf(one, target);
  for (const { fault } of one.schedule) lookUp("fault", fault, faults);
  const { nodes, seed } = one;
  const interrupt = new AbortController().signal;
  await using environment = await startEnvironment("sim", {
    runId: "case",
    target,
    options,
    workload: workloadOf(one).workload.name,
    nodes,
    seed,
    signal: interrupt,
    adapt: (planned) => adapted(planned, one),
    limits: CASE_LIMITS,
    onStep: () => undefined,
  });
  const { runtime, cluster } = environment;
  const context = { runtime, cluster, options };
  const endpoints = nodes.map((node) => cluster.endpoint(node));
  const random = new Random(seed).fork("clients");
  const load = loadOf(one);
  const chosen = { target, targetOptions: options, ...workloadOf(one) };
  let lines = "";
  const plan: TestPlan = {
    runtime,
    cluster,
    header: {
      riftcheck: HISTORY_FORMAT,
      objects: one.objects,
      concurrency: one.clients,
      nodes: [...nodes],
    },
    workload: load,
    faults,
    schedule: one.schedule,
    clients: one.clients,
    rate: undefined,
    time: one.time,
    timeout: one.operationTimeout,
    convergeWithin: one.convergeWithin,
    ending: one.ending,
    sink: { write: (text) => void (lines += text) },
    interrupt,
    openClient: sessionsOf(chosen, { runtime, nodes: endpoints, random, timeout: one.operationTimeout }),
    notReady: () => target.notReady(context),
    leader: () => target.leader?.(context) ?? Promise.resolve(undefined),
    hooks: nemesisHooks(target, context),
  };
  const outcome = await environment.drive(() => runTest(plan));
  const scripted = isScripted(one) ? one : { ...one, load: (load as RecordedRun).script(nodes) };
  return { lines, outcome, scripted };
}

/** @throws HarnessError `usage` if the target has no such options */
function optionsOf({ target: name, targetOptions }: Case, target: Target): unknown {
  const parsed = target.options.safeParse(targetOptions);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new HarnessError(
    "usage",
    `${name} does not take the option "${issue?.path.join(".") ?? ""}" as it is in the case: ${issue?.message ?? "invalid"}`,
  );
}

/** The workload that the operations are from. A script of another version's workload needs no such workload here. */
function workloadOf(one: Case): Pick<Chosen, "workload" | "workloadOptions"> {
  if (!isScripted(one) || Object.hasOwn(workloads, one.workload)) {
    const workload = lookUp("workload", one.workload, workloads);
    return { workload, workloadOptions: workload.options.parse(one.workloadOptions) };
  }
  return { workload: scriptedWorkload(one), workloadOptions: one.workloadOptions };
}

function loadOf(one: Case): WorkloadRun {
  const { load, seed, time } = one;
  if (load.kind === "scripted") return new ScriptedRun(load, one.objects, time);
  const workload = lookUp("workload", one.workload, workloads);
  const inner = workload.create({
    options: workload.options.parse(one.workloadOptions),
    random: new Random(seed).fork("workload"),
    nodes: one.nodes,
    clients: one.clients,
  });
  return new RecordedRun(inner, { ...load, until: time, random: new Random(seed).fork("pauses") });
}

/** The target's plan in the network of the case. Loss, duplication and order stay as the store takes them to be. */
function adapted(plan: SimPlan, { network, nodes, seed }: Case): SimPlan {
  const { delayMin, delayTail, priorities } = network;
  const slower: SimPlan = {
    ...plan,
    network: {
      ...plan.network,
      ...(delayMin === undefined ? {} : { delayMin }),
      ...(delayTail === undefined ? {} : { delayTail }),
    },
  };
  if (priorities === undefined) return slower;
  return withPriorities(slower, { ...priorities, nodes, random: new Random(seed).fork("priorities") });
}
