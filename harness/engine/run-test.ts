import type { Client } from "#core/client";
import type { Cluster } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import type { Fault, FaultSchedule, NemesisContext } from "#core/nemesis";
import type { HistoryHeader } from "#core/operation";
import type { HarnessHealth } from "#core/run";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, SECOND, type Nanoseconds } from "#core/units";
import type { WorkloadRun } from "#core/workload";
import { type FinalReads, probeUntil, readRound } from "./final-reads.ts";
import { LoopLagMonitor } from "./loop-lag.ts";
import { closedLoop, openLoop } from "./operate.ts";
import { rebased } from "./rebase.ts";
import { type HistorySink, Recorder } from "./recorder.ts";
import { healCluster, runSchedule } from "./run-nemesis.ts";
import { watchStore } from "./watch-store.ts";
import type { OperationCounts, WorkerPool } from "./worker.ts";

/** One test, all choices made. */
export interface TestPlan {
  readonly runtime: Runtime;
  readonly cluster: Cluster;
  readonly header: HistoryHeader;
  readonly workload: WorkloadRun;
  readonly faults: Readonly<Record<string, Fault>>;
  readonly schedule: FaultSchedule;
  readonly clients: number;
  /** Operations per second (open loop); undefined: closed loop. */
  readonly rate: number | undefined;
  readonly time: Nanoseconds;
  /** When an operation is given up. */
  readonly timeout: Nanoseconds;
  /** How long final reads go on while nodes disagree: what has not converged then has diverged. */
  readonly convergeWithin: Nanoseconds;
  /** How the run ends, where that is fixed beforehand; left out: late requests get time to land, and some keys are read meanwhile. */
  readonly ending?: TestEnding;
  readonly sink: HistorySink;
  /** Aborted by the user: operations end, faults are healed, final reads are left out. */
  readonly interrupt: AbortSignal;
  openClient(process: number): Client;
  /** What is missing until the cluster is whole again. */
  notReady(): Promise<string | undefined>;
  leader(): Promise<string | undefined>;
  /** What else the target offers to faults; left out: nothing. */
  readonly hooks?: Pick<NemesisContext, "transferLeader" | "membership">;
  onProgress?(progress: Progress): void;
}

/** How a run settles before its final reads. */
export interface TestEnding {
  /** Least time between healing and the final reads. */
  readonly quiet: Nanoseconds;
  /** Whether a few keys are read meanwhile, to time the convergence of each node. */
  readonly probes: boolean;
}

export interface Progress {
  readonly phase: "operations" | "healing" | "settling" | "final reads";
  readonly elapsed: Nanoseconds;
  readonly counts: Readonly<OperationCounts>;
  readonly faults: readonly string[];
}

export interface TestOutcome {
  readonly how: "complete" | "interrupted" | "failed";
  readonly error: HarnessError | undefined;
  readonly counts: Readonly<OperationCounts>;
  readonly healedAt: Nanoseconds | undefined;
  readonly quietAt: Nanoseconds | undefined;
  readonly finishedAt: Nanoseconds;
  readonly health: HarnessHealth;
  /** Final reads that were never answered, by the last round. */
  readonly unanswered: number;
}

/** Most sessions that an open loop opens: beyond it arrivals are dropped and counted. */
const MAX_SESSIONS_FACTOR = 20;
/** A cluster that has not become whole this long after healing is read as it is. */
const SETTLE_WITHIN = 60 * SECOND;
/** After an operation was given up its request may still be on its way to the store. */
const QUIET_AFTER_TIMEOUT = SECOND;
/** Unless a plan says otherwise. @param timeout when an operation is given up */
export const usualEnding = (timeout: Nanoseconds): TestEnding => ({
  quiet: timeout + QUIET_AFTER_TIMEOUT,
  probes: true,
});
/** Most workers of a run: the step between the process ids of one worker. */
export const poolSizeOf = ({
  clients,
  rate,
}: Pick<TestPlan, "clients"> & { readonly rate?: number | undefined }): number =>
  rate === undefined ? clients : clients * MAX_SESSIONS_FACTOR;
/** One round can meet an element that is still on its way; the second tells delay from loss. */
const FINAL_ROUNDS = 2;
const ROUND_PAUSE = SECOND;

/** Runs one test: operate under faults, heal, let it settle, read everything on every node. Always heals. */
export async function runTest(plan: TestPlan): Promise<TestOutcome> {
  return new TestRun(plan).run();
}

class TestRun {
  readonly #plan: TestPlan;
  readonly #stop = new AbortController();
  readonly #counts: OperationCounts = { ok: 0, fail: 0, info: 0 };
  readonly #inForce = new Set<string>();
  readonly #recorder: Recorder;
  readonly #lag: LoopLagMonitor;
  readonly #poolSize: number;
  readonly #failed = new AbortController();
  /** Aborted by the user or by an error: nothing more is worth doing but healing. */
  readonly #ended: AbortSignal;
  #finalProcesses = 0;
  #phase: Progress["phase"] = "operations";
  #error: HarnessError | undefined;

  constructor(given: TestPlan) {
    const plan = { ...given, runtime: rebased(given.runtime) };
    this.#plan = plan;
    this.#ended = AbortSignal.any([plan.interrupt, this.#failed.signal]);
    this.#poolSize = poolSizeOf(plan);
    this.#recorder = new Recorder(plan.runtime, plan.sink, (error) => this.#fail(error));
    this.#lag = new LoopLagMonitor(plan.runtime);
  }

  async run(): Promise<TestOutcome> {
    const { runtime, interrupt } = this.#plan;
    using _lag = this.#lag;
    using _progress = this.#reportProgress();
    using store = watchStore(runtime, this.#plan.cluster, (error) => this.#fail(error));
    let dropped = 0;
    let healedAt: Nanoseconds | undefined;
    let quietAt: Nanoseconds | undefined;
    let unanswered = 0;
    this.#recorder.header(this.#plan.header);
    using _watch = this.#watchCluster();
    try {
      dropped = await this.#operate();
      healedAt = await this.#heal();
      if (!interrupt.aborted && this.#error === undefined) {
        quietAt = await this.#settle();
        if (this.#error === undefined) unanswered = await this.#readAll();
      }
      await store.look();
    } catch (error) {
      this.#fail(error);
      healedAt ??= await this.#heal().catch((cause: unknown) => {
        this.#fail(cause);
        return undefined;
      });
    }
    this.#recorder.flush();
    return {
      how: this.#error !== undefined ? "failed" : interrupt.aborted ? "interrupted" : "complete",
      error: this.#error,
      counts: this.#counts,
      healedAt,
      quietAt,
      finishedAt: runtime.now(),
      health: this.#lag.health(dropped),
      unanswered,
    };
  }

  /** Operations and faults at the same time, until the time is up. @returns arrivals dropped. */
  async #operate(): Promise<number> {
    const { runtime, interrupt, clients, rate, time, schedule, faults, cluster } = this.#plan;
    const stop = () => this.#stop.abort();
    interrupt.addEventListener("abort", stop, { once: true });
    if (interrupt.aborted) stop();
    const cancelTime = runtime.after(time, stop);
    const nemesis = runSchedule(
      {
        context: { runtime, cluster, leader: () => this.#plan.leader(), ...this.#plan.hooks },
        faults,
        recorder: this.#recorder,
        stop: this.#stop.signal,
        inForce: this.#inForce,
      },
      schedule,
      (error) => this.#fail(error),
    );
    const pool = this.#pool();
    const operations =
      rate === undefined ? closedLoop(pool, clients).then(() => 0) : openLoop(pool, clients, rate);
    const dropped = await operations.finally(() => {
      cancelTime();
      stop();
    });
    await nemesis;
    interrupt.removeEventListener("abort", stop);
    return dropped;
  }

  /** A store that breaks its protocol ends the run, whatever phase it is in. */
  #watchCluster(): Disposable {
    const { broken } = this.#plan.cluster;
    const fail = (): void => this.#fail(broken?.reason);
    broken?.addEventListener("abort", fail, { once: true });
    if (broken?.aborted === true) fail();
    return { [Symbol.dispose]: () => broken?.removeEventListener("abort", fail) };
  }

  #pool(): WorkerPool {
    return {
      runtime: this.#plan.runtime,
      recorder: this.#recorder,
      generator: this.#plan.workload.generator,
      random: this.#plan.runtime.random.fork("generator"),
      timeout: this.#plan.timeout,
      size: this.#poolSize,
      stop: this.#stop.signal,
      counts: this.#counts,
      openClient: (process) => this.#plan.openClient(process),
    };
  }

  async #heal(): Promise<Nanoseconds> {
    this.#phase = "healing";
    await healCluster(this.#plan.runtime, this.#plan.cluster);
    return this.#plan.runtime.now();
  }

  /** Waits until the cluster is whole and late requests have landed; reads a few keys meanwhile. */
  async #settle(): Promise<Nanoseconds> {
    this.#phase = "settling";
    const { runtime, timeout } = this.#plan;
    const interrupt = this.#ended;
    const ending = this.#plan.ending ?? usualEnding(timeout);
    const quiet = runtime.now() + ending.quiet;
    const deadline = runtime.now() + SETTLE_WITHIN;
    let settled = false;
    const probes = ending.probes ? probeUntil(this.#finalReads(), () => settled) : Promise.resolve();
    while (!interrupt.aborted && this.#error === undefined && runtime.now() < deadline) {
      if (runtime.now() >= quiet && (await this.#plan.notReady()) === undefined) break;
      await runtime.sleep(100 * MILLISECOND, interrupt);
    }
    settled = true;
    await probes;
    return runtime.now();
  }

  async #readAll(): Promise<number> {
    this.#phase = "final reads";
    const { runtime, convergeWithin } = this.#plan;
    const interrupt = this.#ended;
    const deadline = runtime.now() + convergeWithin;
    for (let round = 1; ; round++) {
      const { unanswered, agreed } = await readRound(this.#finalReads());
      const enough = round >= FINAL_ROUNDS && (agreed || runtime.now() >= deadline);
      if (enough || interrupt.aborted || this.#error !== undefined) return unanswered;
      if (!agreed) await runtime.sleep(ROUND_PAUSE, interrupt);
    }
  }

  #finalReads(): FinalReads {
    const { runtime, cluster, timeout, workload } = this.#plan;
    return {
      runtime,
      recorder: this.#recorder,
      nodes: cluster.nodes,
      timeout,
      stop: this.#ended,
      openClient: (process) => this.#plan.openClient(process),
      newProcess: () => FINAL_PROCESSES + this.#finalProcesses++,
      reads: (node) => workload.finalReads(node),
    };
  }

  /** The first error ends the run; what follows from it would only hide it. */
  #fail(error: unknown): void {
    this.#error ??=
      error instanceof HarnessError
        ? error
        : new HarnessError("internal", messageOf(error), { cause: error });
    this.#stop.abort();
    this.#failed.abort();
  }

  #reportProgress(): Disposable {
    const { runtime, onProgress } = this.#plan;
    let cancel: () => void = () => undefined;
    if (onProgress !== undefined && !runtime.virtual) {
      const report = () => {
        onProgress({
          phase: this.#phase,
          elapsed: runtime.now(),
          counts: this.#counts,
          faults: [...this.#inForce],
        });
        cancel = runtime.after(SECOND, report);
      };
      report();
    }
    return { [Symbol.dispose]: () => cancel() };
  }
}

/** Process ids of final reads begin here, far above any worker's. */
const FINAL_PROCESSES = 1_000_000_000;
