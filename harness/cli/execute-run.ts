import { createHash, randomBytes } from "node:crypto";
import { relative } from "node:path";
import { cwd } from "node:process";
import { EXIT, HarnessError, messageOf } from "#core/errors";
import type { History } from "#core/history";
import { type Json, jsonSchema } from "#core/json";
import type { FaultSchedule } from "#core/nemesis";
import { HISTORY_FORMAT, type HistoryHeader } from "#core/operation";
import { Random } from "#core/random";
import { formatDuration } from "#core/units";
import { RUN_FORMAT } from "#core/formats";
import type { RunRecord, VerdictDocument } from "#core/run";
import { prefixedKeys } from "../engine/prefixed-keys.ts";
import { runTest, type TestOutcome } from "../engine/run-test.ts";
import { objectsOf, sessionsOf } from "../engine/sessions.ts";
import { nemesisHooks } from "../engine/target-hooks.ts";
import type { MetricsDocument } from "../metrics/schema.ts";
import { planSchedule } from "../nemeses/schedule.ts";
import { RunFolder } from "../store/run-folder.ts";
import { type Environment, startEnvironment } from "./environment.ts";
import { Interrupt } from "./interrupt.ts";
import { judgeRun } from "./judge-run.ts";
import type { RunSettings } from "./run-settings.ts";
import type { Terminal } from "./terminal.ts";
import { VERSION } from "./version.ts";

export interface FinishedRun {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly verdict: VerdictDocument;
  readonly history: History;
  readonly metrics: MetricsDocument;
  /** Set if a signal or an error of the harness decides the exit code, whatever the verdict. */
  readonly exitCode: number | undefined;
  readonly error: HarnessError | undefined;
}

/** One run from start-up to report. Whatever happens, faults are healed and the cluster is gone afterwards. */
export async function executeRun(settings: RunSettings, terminal: Terminal): Promise<FinishedRun> {
  const schedule = scheduleOf(settings);
  using interrupt = new Interrupt((text) => terminal.say(text));
  const runId = runIdOf(settings);
  const folder = RunFolder.create(settings.out, runId);
  const record = firstRecord(settings, schedule);
  folder.writeRecord(record);
  terminal.step(
    `starting ${settings.nodes.length} nodes of ${settings.target.name} (${settings.environment})`,
  );
  const around = { runId, folder, schedule, interrupt, terminal };
  const { outcome, cluster, zeroAt } = await operate(settings, around).catch((error: unknown) => {
    folder.writeRecord({ ...record, ended: endedBefore(error) });
    throw interrupt.during("the cluster was starting") ?? error;
  });
  try {
    const finished = { ...record, cluster, ended: endedOf(outcome, zeroAt) };
    folder.writeRecord(finished);
    terminal.step("checking the history");
    const judged = await judgeRun(folder, finished, settings);
    return { ...judged, ...exitOf(outcome, interrupt) };
  } catch (error) {
    // What ended the run, such as a full disk, is why the rest fails too.
    throw outcome.error ?? error;
  }
}

/** @throws HarnessError `usage` if faults were asked for and none fits into the run */
function scheduleOf(settings: RunSettings): FaultSchedule {
  const { seed, nodes, faults, time, faultDuration, replayed } = settings;
  if (replayed !== undefined) return replayed.schedule;
  const schedule = planSchedule({
    random: new Random(seed).fork("schedule"),
    nodes,
    faults,
    time,
    overlap: settings.overlapFaults,
    merciful: settings.merciful,
    ...(settings.faultTargets === undefined ? {} : { targets: settings.faultTargets }),
    ...(faultDuration === undefined ? {} : { duration: faultDuration }),
  });
  if (schedule.length === 0 && Object.keys(faults).length > 0) {
    const length = faultDuration === undefined ? "a fault" : `a fault of ${formatDuration(faultDuration)}`;
    throw new HarnessError("usage", `--time ${formatDuration(time)} is too short for ${length}`, {
      hint: "choose a longer --time or a shorter --fault-duration",
    });
  }
  return schedule;
}

/** A run that ended before its first operation. */
const endedBefore = (error: unknown): NonNullable<RunRecord["ended"]> => ({
  how: "failed",
  error: messageOf(error),
  finishedAt: 0,
  health: { loopLag: { p50: 0, p99: 0, max: 0 }, stalls: [], arrivalsDropped: 0 },
});

interface Surroundings {
  readonly runId: string;
  readonly folder: RunFolder;
  readonly schedule: FaultSchedule;
  readonly interrupt: Interrupt;
  readonly terminal: Terminal;
}

async function operate(
  settings: RunSettings,
  around: Surroundings,
): Promise<{ outcome: TestOutcome; cluster: Json; zeroAt: string | undefined }> {
  const { target, targetOptions: options, workload, seed } = settings;
  const { interrupt, terminal, folder } = around;
  await using environment = await startEnvironment(settings.environment, {
    runId: around.runId,
    target,
    module: settings.module,
    options,
    workload: workload.name,
    nodes: settings.nodes,
    seed,
    described: settings.described,
    signal: interrupt.signal,
    needs: [...new Set(around.schedule.flatMap(({ fault }) => settings.faults[fault]?.needs ?? []))],
    onStep: (text) => terminal.step(text),
    onLogs: (logs) => folder.writeLogs(logs),
  });
  const { runtime, cluster } = environment;
  const context = { runtime, cluster, options, workload: workload.name };
  const endpoints = settings.nodes.map((node) => cluster.endpoint(node));
  const random = new Random(seed).fork("clients");
  using sink = folder.openHistory();
  const description = await describe(environment, settings);
  const zeroAt = runtime.virtual ? undefined : new Date().toISOString();
  const outcome = await environment.drive(() =>
    runTest({
      runtime,
      cluster,
      header: headerOf(settings),
      workload: workload.create({
        options: settings.workloadOptions,
        random: new Random(seed).fork("workload"),
        nodes: settings.nodes,
        clients: settings.clients,
      }),
      faults: settings.faults,
      schedule: around.schedule,
      clients: settings.clients,
      rate: settings.rate,
      time: settings.time,
      timeout: settings.operationTimeout,
      convergeWithin: settings.convergeWithin,
      ...(settings.replayed?.ending === undefined ? {} : { ending: settings.replayed.ending }),
      sink,
      interrupt: interrupt.signal,
      openClient: sessionsOf(settings, {
        runtime,
        nodes: endpoints,
        random,
        timeout: settings.operationTimeout,
        ...(cluster.environment === "existing"
          ? { wrap: (client) => prefixedKeys(client, keyPrefixOf(around.runId)) }
          : {}),
      }),
      notReady: () => target.notReady(context),
      leader: () => target.leader?.(context) ?? Promise.resolve(undefined),
      hooks: nemesisHooks(target, context),
      onProgress: (progress) => terminal.progress(progress),
    }),
  );
  terminal.step("collecting logs");
  await cluster
    .logs()
    .then((logs) => folder.writeLogs(logs))
    .catch((error: unknown) => terminal.say(`the logs could not be collected: ${messageOf(error)}`));
  terminal.step("removing the cluster");
  return { outcome, cluster: description, zeroAt };
}

/** What earlier runs left in a cluster is out of sight of this one. Letters and digits: stores have their own ideas of keys. */
const keyPrefixOf = (runId: string): string =>
  `r${createHash("sha256").update(runId).digest("hex").slice(0, 10)}x`;

/** What `run.json` keeps of the place: a store that cannot be asked is no reason to lose the run. */
async function describe({ runtime, cluster, drive }: Environment, settings: RunSettings): Promise<Json> {
  const { target, targetOptions: options, workload } = settings;
  const context = { runtime, cluster, options, workload: workload.name };
  const store = await drive(async () => (await target.describe?.(context)) ?? null).catch(
    (error: unknown) => ({ error: messageOf(error) }),
  );
  return { ...(cluster.describe() as Record<string, Json>), store };
}

const headerOf = (settings: RunSettings): HistoryHeader => ({
  riftcheck: HISTORY_FORMAT,
  objects: objectsOf(settings),
  concurrency: settings.clients,
  nodes: [...settings.nodes],
});

const endedOf = (outcome: TestOutcome, zeroAt: string | undefined): NonNullable<RunRecord["ended"]> => ({
  how: outcome.how,
  ...(outcome.error === undefined ? {} : { error: outcome.error.message }),
  ...(outcome.healedAt === undefined ? {} : { healedAt: outcome.healedAt }),
  ...(outcome.quietAt === undefined ? {} : { quietAt: outcome.quietAt }),
  finishedAt: outcome.finishedAt,
  ...(zeroAt === undefined ? {} : { zeroAt }),
  health: outcome.health,
});

function exitOf(outcome: TestOutcome, interrupt: Interrupt): Pick<FinishedRun, "exitCode" | "error"> {
  const { error } = outcome;
  const exitCode = interrupt.exitCode ?? (error === undefined ? undefined : error.exitCode);
  return { exitCode: exitCode === EXIT.ok ? undefined : exitCode, error };
}

function firstRecord(settings: RunSettings, schedule: FaultSchedule): RunRecord {
  return {
    format: RUN_FORMAT,
    riftcheck: VERSION,
    command: settings.command,
    startedAt: new Date().toISOString(),
    target: settings.target.name,
    ...(settings.module === undefined ? {} : { module: relative(cwd(), settings.module) }),
    workload: settings.workload.name,
    environment: settings.environment,
    seed: settings.seed,
    nodes: [...settings.nodes],
    clients: settings.clients,
    ...(settings.rate === undefined ? {} : { rate: settings.rate }),
    time: settings.time,
    operationTimeout: settings.operationTimeout,
    convergeWithin: settings.convergeWithin,
    acceptableDelay: settings.acceptableDelay,
    minimum: { ok: settings.minOk, duringFault: settings.minDuringFault },
    faults: [...settings.faultNames],
    schedule: [...schedule],
    targetOptions: asRecord(settings.targetOptions),
    workloadOptions: asRecord(settings.workloadOptions),
    expectations: [...settings.expectations],
    cluster: null,
  };
}

const asRecord = (options: unknown): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(options as Record<string, unknown>).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, jsonSchema.parse(value)]],
    ),
  );

/** `<utc>-<target>-<workload>-<seed>-<suffix>`: sorts by time and never collides. */
function runIdOf(settings: RunSettings): string {
  const utc = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const seed = settings.seed.replaceAll(/[^A-Za-z0-9]/g, "").slice(0, 20);
  return `${utc}-${settings.target.name}-${settings.workload.name}-${seed}-${randomBytes(2).toString("hex")}`;
}
