import type { Cluster } from "#core/cluster";
import type { Invocation } from "#core/operation";
import type { Endpoint, Runtime } from "#core/runtime";
import type { Target } from "#core/target";
import { formatDuration, MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { broken } from "./contract.ts";
import type { Probe } from "./probes.ts";
import { type Outcome, Session, wordsOf } from "./session.ts";

/** Ordinary operations on a loaded machine take well under this. */
export const PATIENT = 5 * SECOND;
/** A cluster that is ready answers at once; one that came back may need an election. */
const WORKS_WITHIN = 30 * SECOND;
const RETRY_PAUSE = 100 * MILLISECOND;

/** A target's running cluster, and what checks do with it. */
export class Subject {
  readonly target: Target;
  readonly options: unknown;
  readonly cluster: Cluster;
  readonly runtime: Runtime;
  readonly probes: readonly Probe[];
  /** What a wait that a good target never needs may take of its usual limit. */
  readonly patience: number;
  /** Whether its clients were seen to go to other addresses than they are given. */
  goesAround = false;
  #processes = 0;
  #keys = 0;
  #elements = 1_000_000;

  constructor(
    parts: Pick<Subject, "target" | "options" | "cluster" | "runtime" | "probes"> & {
      readonly patience?: number;
    },
  ) {
    this.patience = parts.patience ?? 1;
    this.target = parts.target;
    this.options = parts.options;
    this.cluster = parts.cluster;
    this.runtime = parts.runtime;
    this.probes = parts.probes;
  }

  get context(): { readonly runtime: Runtime; readonly cluster: Cluster; readonly options: unknown } {
    return { runtime: this.runtime, cluster: this.cluster, options: this.options };
  }

  get endpoints(): readonly Endpoint[] {
    return this.cluster.nodes.map((node) => this.cluster.endpoint(node));
  }

  /** A session of the probe's workload. @param nodes left out: the nodes themselves */
  open(probe: Probe, { timeout = PATIENT, nodes = this.endpoints } = {}): Session {
    const process = this.#processes++;
    const client = this.target.createClient({
      runtime: this.runtime,
      options: this.options,
      workload: probe.workload,
      nodes,
      process,
      memory: new Map(),
      random: this.runtime.random.fork(`contract ${process}`),
      timeout,
    });
    return new Session(this.runtime, client, timeout);
  }

  /** A key that nothing else uses. */
  newKey(): string {
    return `contract${++this.#keys}`;
  }

  /** A number that nothing else uses. */
  newElement(): number {
    return ++this.#elements;
  }

  /** Performs an operation in new sessions until it succeeds. @throws ContractBroken if it does not */
  async mustSucceed(probe: Probe, operation: Invocation): Promise<void> {
    const end = this.runtime.now() + WORKS_WITHIN * this.patience;
    for (;;) {
      const session = this.open(probe);
      const outcome = await session.perform(operation);
      await session.close();
      if (outcome.is === "ok") return;
      if (this.runtime.now() > end) broken(`${operation.f} ${wordsOf(outcome, PATIENT)}`);
      await this.runtime.sleep(RETRY_PAUSE);
    }
  }

  /** As `mustSucceed`, in the session given: it must find its way back by itself, as the engine keeps it. */
  async mustRecover(session: Session, operation: Invocation): Promise<void> {
    const end = this.runtime.now() + WORKS_WITHIN * this.patience;
    for (;;) {
      const outcome = await session.perform(operation);
      if (outcome.is === "ok") return;
      if (outcome.is === "open" || this.runtime.now() > end)
        broken(`with the nodes back the same session does not work again: ${wordsOf(outcome, PATIENT)}`);
      await this.runtime.sleep(RETRY_PAUSE);
    }
  }

  /** Whether a read shows the update within the time given; a read that fails is repeated. */
  async isShown(probe: Probe, key: string, element: number, within: Nanoseconds): Promise<boolean> {
    // Until a read has succeeded nothing is known: a store under load may refuse some.
    let end = this.runtime.now() + WORKS_WITHIN * this.patience;
    let hasRead = false;
    let session = this.open(probe);
    let last: Outcome = { is: "open" };
    try {
      for (;;) {
        last = await session.perform(probe.read(key));
        if (last.is === "ok" && probe.shows(last.reply.value, element)) return true;
        if (last.is === "ok" && !hasRead) {
          hasRead = true;
          end = this.runtime.now() + within * this.patience;
        }
        if (this.runtime.now() > end) break;
        if (last.is !== "ok") {
          await session.close();
          session = this.open(probe);
        }
        await this.runtime.sleep(RETRY_PAUSE);
      }
    } finally {
      await session.close();
    }
    if (!hasRead) {
      const words = `did not succeed for ${formatDuration(WORKS_WITHIN)}: ${wordsOf(last, PATIENT)}`;
      broken(`${probe.read(key).f} ${words}`);
    }
    return false;
  }
}
