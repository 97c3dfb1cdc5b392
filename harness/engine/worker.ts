import type { Client } from "#core/client";
import { OPERATION_ERRORS, OperationError, messageOf } from "#core/errors";
import type { Generator } from "#core/generator";
import type { Invocation, Reply } from "#core/operation";
import type { Random } from "#core/random";
import type { Runtime } from "#core/runtime";
import { formatDuration, MILLISECOND, type Nanoseconds } from "#core/units";
import type { Recorder } from "./recorder.ts";

/**
 * A node that refuses does so in microseconds: without a pause a worker of a closed loop would fill the history with
 * refusals and the machine with connection attempts.
 */
const PAUSE_AFTER_FAILURE = 50 * MILLISECOND;

/** What the workers of one run share. */
export interface WorkerPool {
  readonly runtime: Runtime;
  readonly recorder: Recorder;
  readonly generator: Generator;
  readonly random: Random;
  readonly timeout: Nanoseconds;
  /** Most workers there can be: the step between the process ids of one worker. */
  readonly size: number;
  /** Aborted when no new operation may begin. */
  readonly stop: AbortSignal;
  openClient(process: number): Client;
  readonly counts: OperationCounts;
}

export interface OperationCounts {
  ok: number;
  fail: number;
  info: number;
}

/**
 * One worker performs one operation at a time, as one process after another: an indefinite write ends its process, since
 * the operation may still happen, and a new session takes its place (Jepsen's semantics). An indefinite read ends only
 * the connection.
 */
export class Worker {
  readonly #pool: WorkerPool;
  readonly #index: number;
  #process: number;
  #client: Client | undefined;

  constructor(pool: WorkerPool, index: number) {
    this.#pool = pool;
    this.#index = index;
    this.#process = index;
  }

  /** Closed loop: the next operation begins when the last has ended. Ends when the generator or the run does. */
  async run(): Promise<void> {
    const { runtime, stop, generator } = this.#pool;
    const pause = generator.timed === true ? 0 : PAUSE_AFTER_FAILURE;
    while (!stop.aborted) {
      const next = this.next();
      if (next === undefined) break;
      if ("wait" in next) await runtime.sleep(next.wait, stop);
      else if ((await this.perform(next)) !== "ok" && pause > 0) await runtime.sleep(pause, stop);
    }
    await this.close();
  }

  next(): ReturnType<Generator["next"]> {
    const { generator, runtime, random } = this.#pool;
    return generator.next({ now: runtime.now(), process: this.#process, worker: this.#index, random });
  }

  /** Performs and records one operation; never rejects. */
  async perform(operation: Invocation): Promise<"ok" | "fail" | "info"> {
    const { recorder, counts, generator } = this.#pool;
    const process = this.#process;
    recorder.invoke(process, operation);
    let outcome: "ok" | "fail" | "info" = "ok";
    let reply: Reply | undefined;
    try {
      reply = await this.#attempt(operation);
      recorder.complete(process, "ok", operation, reply);
    } catch (error) {
      outcome = await this.#failed(operation, error);
    }
    counts[outcome]++;
    generator.completed?.(process, operation, outcome, reply);
    return outcome;
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.close();
  }

  #attempt(operation: Invocation): Promise<Reply> {
    const { runtime, timeout } = this.#pool;
    const client = (this.#client ??= this.#pool.openClient(this.#process));
    return new Promise((resolve, reject) => {
      const cancel = runtime.after(timeout, () =>
        reject(new OperationError("timeout", `no reply within ${formatDuration(timeout)}`)),
      );
      client.invoke(operation).then(
        (reply) => {
          cancel();
          resolve(reply);
        },
        (error: unknown) => {
          cancel();
          reject(error);
        },
      );
    });
  }

  async #failed(operation: Invocation, error: unknown): Promise<"fail" | "info"> {
    const code = error instanceof OperationError ? error.code : "unknown";
    const definite = OPERATION_ERRORS[code].definite;
    const reading = READS.has(operation.f);
    const type = definite || reading ? "fail" : "info";
    const node = error instanceof OperationError ? error.node : undefined;
    this.#pool.recorder.complete(this.#process, type, operation, node === undefined ? undefined : { node }, {
      code,
      message: messageOf(error),
    });
    if (type === "info") this.#process += this.#pool.size;
    if (!definite) await this.close();
    return type;
  }
}

/** Operations without effect: if nobody knows what became of one, nothing became of it. */
const READS: ReadonlySet<string> = new Set(["read", "contains"]);
