import type { Client } from "#core/client";
import { OPERATION_ERRORS, OperationError, messageOf } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";
import type { Runtime } from "#core/runtime";
import { formatDuration, MILLISECOND, SECOND, type Nanoseconds } from "#core/units";
import type { Recorder } from "./recorder.ts";

export interface FinalReads {
  readonly runtime: Runtime;
  readonly recorder: Recorder;
  readonly nodes: readonly string[];
  readonly timeout: Nanoseconds;
  readonly stop: AbortSignal;
  openClient(process: number): Client;
  /** A process id never used before. */
  newProcess(): number;
  reads(node: string): readonly Invocation[];
}

/** Keys read again and again while the cluster settles: enough to time its convergence, too few to disturb it. */
const PROBE_KEYS = 8;
const PROBE_PERIOD = 100 * MILLISECOND;
/** A node that just restarted may refuse for a while; longer than any failover seen. */
const READ_RETRIES = 40;
const RETRY_PAUSE = 500 * MILLISECOND;
/** One node answers this many reads at a time: sequential reads of thousands of keys would take minutes. */
const LANES = 8;

/** Reads a few keys on every node until `settled` says so, so that the checkers can time each node's convergence. */
export async function probeUntil(final: FinalReads, settled: () => boolean): Promise<void> {
  await Promise.all(
    final.nodes.map(async (node) => {
      const reader = new FinalReader(final, node);
      while (!settled() && !final.stop.aborted) {
        for (const read of final.reads(node).slice(-PROBE_KEYS)) await reader.read(read);
        await final.runtime.sleep(PROBE_PERIOD, final.stop);
      }
      await reader.close();
    }),
  );
}

export interface Round {
  /** Reads that were never answered. */
  readonly unanswered: number;
  /** Whether every key read the same on every node that answered: then no further round is needed. */
  readonly agreed: boolean;
}

/** One round: every key on every node, each read repeated until it was answered. */
export async function readRound(final: FinalReads): Promise<Round> {
  const seen = new Map<string, number>();
  let unanswered = 0;
  let agreed = true;
  const note = (key: string, value: Json): void => {
    const digest = digestOf(value);
    const other = seen.get(key);
    if (other === undefined) seen.set(key, digest);
    else if (other !== digest) agreed = false;
  };
  const lane = async (node: string, reads: IterableIterator<Invocation>): Promise<void> => {
    const reader = new FinalReader(final, node);
    for (const read of reads) {
      if (final.stop.aborted) break;
      const reply = await readWithRetries(final, reader, read);
      if (reply === undefined) unanswered++;
      else note(read.key ?? "", reply.value ?? null);
    }
    await reader.close();
  };
  await Promise.all(
    final.nodes.flatMap((node) => {
      const reads = final.reads(node).values();
      return Array.from({ length: LANES }, () => lane(node, reads));
    }),
  );
  return { unanswered, agreed };
}

/**
 * A number that equal values share, whatever the order of a set's elements. It only decides whether to read once more;
 * verdicts compare the values themselves.
 */
function digestOf(value: Json): number {
  if (Array.isArray(value))
    return value.reduce((sum: number, element: Json) => (sum + digestOf(element)) | 0, value.length);
  const text = JSON.stringify(value);
  let hash = 17;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

async function readWithRetries(
  final: FinalReads,
  reader: FinalReader,
  read: Invocation,
): Promise<Reply | undefined> {
  for (let attempt = 0; attempt < READ_RETRIES && !final.stop.aborted; attempt++) {
    const reply = await reader.read(read);
    if (reply !== undefined) return reply;
    await final.runtime.sleep(RETRY_PAUSE, final.stop);
  }
  return undefined;
}

/** Final operations that change what they look at: if nobody knows what became of one, it may have taken something out. */
const TAKING: ReadonlySet<string> = new Set(["dequeue", "drain", "pop"]);

/** A session of its own that reads one node. */
class FinalReader {
  readonly #final: FinalReads;
  readonly #node: string;
  #process: number;
  #client: Client | undefined;

  constructor(final: FinalReads, node: string) {
    this.#final = final;
    this.#node = node;
    this.#process = final.newProcess();
  }

  async read(read: Invocation): Promise<Reply | undefined> {
    const { recorder } = this.#final;
    const operation: Invocation = { ...read, node: this.#node, final: true };
    recorder.invoke(this.#process, operation);
    try {
      const reply = await this.#attempt(operation);
      recorder.complete(this.#process, "ok", operation, reply);
      return reply;
    } catch (error) {
      const code = error instanceof OperationError ? error.code : "unknown";
      const { definite } = OPERATION_ERRORS[code];
      const type = definite || !TAKING.has(read.f) ? "fail" : "info";
      const about = { code, message: messageOf(error) };
      recorder.complete(this.#process, type, operation, { node: this.#node }, about);
      if (!definite) await this.close();
      if (type === "info") this.#process = this.#final.newProcess();
      return undefined;
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.close();
  }

  #attempt(operation: Invocation): Promise<Reply> {
    const { runtime } = this.#final;
    const timeout = Math.max(this.#final.timeout, 5 * SECOND);
    const client = (this.#client ??= this.#final.openClient(this.#process));
    return new Promise((resolve, reject) => {
      const cancel = runtime.after(timeout, () =>
        reject(new OperationError("timeout", `no reply within ${formatDuration(timeout)}`)),
      );
      client.invoke(operation).then(resolve, reject).finally(cancel);
    });
  }
}
