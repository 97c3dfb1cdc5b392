import type { Generator, GeneratorContext, Next } from "#core/generator";
import { SpecMatcher } from "#core/object-specs";
import { HISTORY_FORMAT, type Invocation, type ObjectSpec } from "#core/operation";
import type { Random } from "#core/random";
import type { Nanoseconds } from "#core/units";
import type { WorkloadRun } from "#core/workload";
import type { ScriptedLoad, ScriptedOperation } from "./case.ts";

/** The operations of a script, each client's in its order, and the final reads that the script names. */
export class ScriptedRun implements WorkloadRun {
  readonly generator: Generator = { timed: true, next: (context) => this.#next(context) };
  readonly #finalReads: readonly Invocation[];
  readonly #queues = new Map<number, ScriptedOperation[]>();
  readonly #until: Nanoseconds;
  readonly #matcher: SpecMatcher;
  /** By key with a single writer: the process that wrote first. */
  readonly #writers = new Map<string, number>();

  /** @param until end of the operations: a client without anything left to do waits for it, so that faults still happen */
  constructor(load: ScriptedLoad, objects: readonly ObjectSpec[], until: Nanoseconds) {
    this.#finalReads = load.finalReads.map(invocationOf);
    this.#until = until;
    this.#matcher = new SpecMatcher({ riftcheck: HISTORY_FORMAT, objects: [...objects] });
    for (const operation of load.operations.toSorted((a, b) => a.at - b.at)) {
      const queue = this.#queues.get(operation.client);
      if (queue === undefined) this.#queues.set(operation.client, [operation]);
      else queue.push(operation);
    }
    for (const queue of this.#queues.values()) queue.reverse();
  }

  finalReads(node: string): readonly Invocation[] {
    return this.#finalReads.filter((read) => read.node === undefined || read.node === node);
  }

  #next({ now, process, worker }: GeneratorContext): Next {
    const queue = this.#queues.get(worker) ?? [];
    for (let operation = queue.at(-1); operation !== undefined; operation = queue.at(-1)) {
      if (operation.at > now) return { wait: operation.at - now };
      queue.pop();
      if (this.#mayBeDoneBy(operation, process)) return invocationOf(operation);
    }
    return now < this.#until ? { wait: this.#until - now } : undefined;
  }

  /** After an indefinite write another process follows: what the header says of a single writer must stay true. */
  #mayBeDoneBy({ f, key }: ScriptedOperation, process: number): boolean {
    if (key === undefined || f === "read" || this.#matcher.match(key)?.order !== "single-writer") return true;
    const writer = this.#writers.get(key) ?? process;
    this.#writers.set(key, writer);
    return writer === process;
  }
}

/** What is asked of a client, without when and by whom. */
function invocationOf(
  one: Invocation | ScriptedLoad["finalReads"][number],
): Omit<Invocation, "final"> & { f: Invocation["f"] } {
  const { f, key, value, node, level, object } = one;
  return {
    f,
    value,
    ...(key === undefined ? {} : { key }),
    ...(node === undefined ? {} : { node }),
    ...(level === undefined ? {} : { level }),
    ...(object === undefined ? {} : { object }),
  };
}

export interface Pace {
  /** Most operations, over all clients. */
  readonly operations: number;
  /** Mean time that a client waits before each operation. */
  readonly pause: Nanoseconds;
  /** End of the operations: clients that have nothing left to do wait for it, so that faults still happen. */
  readonly until: Nanoseconds;
  readonly random: Random;
}

/** Slows a workload down to a pace and notes what it does, as a script. */
export class RecordedRun implements WorkloadRun {
  readonly operations: ScriptedOperation[] = [];
  readonly generator: Generator;
  readonly #inner: WorkloadRun;
  readonly #pace: Pace;
  /** By client: when its next operation is due. */
  readonly #due: Nanoseconds[] = [];

  constructor(inner: WorkloadRun, pace: Pace) {
    this.#inner = inner;
    this.#pace = pace;
    this.generator = {
      next: (context) => this.#next(context),
      completed: (...completion) => inner.generator.completed?.(...completion),
    };
  }

  finalReads(node: string): readonly Invocation[] {
    return this.#inner.finalReads(node);
  }

  /** What was done so far. @param nodes of the cluster: a final read that all nodes answer is noted once, for all */
  script(nodes: readonly string[]): ScriptedLoad {
    const ofAll = nodes.map((node) => this.finalReads(node).map(invocationOf));
    const byNode = ofAll.map((reads, i) => reads.map((read) => ({ ...read, node: nodes[i]! })));
    const [first = []] = ofAll;
    const isAlike = ofAll.every((reads) => JSON.stringify(reads) === JSON.stringify(first));
    return {
      kind: "scripted",
      operations: [...this.operations],
      finalReads: isAlike ? first : byNode.flat(),
    };
  }

  #next(context: GeneratorContext): Next {
    const { now, worker } = context;
    if (this.operations.length >= this.#pace.operations) {
      return now < this.#pace.until ? { wait: this.#pace.until - now } : undefined;
    }
    const due = (this.#due[worker] ??= now + this.#wait());
    if (now < due) return { wait: due - now };
    const next = this.#inner.generator.next(context);
    if (next === undefined || "wait" in next) return next;
    this.#due[worker] = now + this.#wait();
    this.operations.push({ at: now, client: worker, ...next });
    return next;
  }

  #wait(): Nanoseconds {
    return Math.round(this.#pace.random.exponential(this.#pace.pause));
  }
}
