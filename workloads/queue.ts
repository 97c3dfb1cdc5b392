import { z } from "zod";
import type { Generator, GeneratorContext } from "#core/generator";
import type { Invocation } from "#core/operation";
import type { Workload, WorkloadRun } from "#core/workload";
import { mix } from "../harness/generators/mix.ts";

const optionsSchema = z.object({
  queues: z.int().min(1).default(1).describe("how many queues there are"),
  enqueueRatio: z.number().min(0).max(1).default(0.5).describe("share of operations that put something in"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * Clients put in elements that are never put in twice, and take some out; after healing every node is drained. An
 * acknowledged element that never came out is lost. One that comes out twice is not: queues deliver at least once.
 */
export const queue: Workload<Options> = {
  name: "queue",
  summary: "enqueues of unique elements, dequeues, a drain of every node at the end: lost elements",
  options: optionsSchema,
  objects: [
    { keys: "*", type: "queue", initial: null, order: "unknown", uniqueWrites: true, siblings: false },
  ],
  models: ["no-lost-writes", "linearizable"],
  create: ({ options }) => new QueueRun(options),
};

class QueueRun implements WorkloadRun {
  readonly generator: Generator;
  readonly #queues: number;
  #enqueued = 0;

  constructor({ queues, enqueueRatio }: Options) {
    this.#queues = queues;
    this.generator = mix([
      { weight: enqueueRatio, source: { next: (context) => this.#enqueue(context) } },
      { weight: 1 - enqueueRatio, source: { next: (context) => this.#dequeue(context) } },
    ]);
  }

  finalReads(): readonly Invocation[] {
    return Array.from({ length: this.#queues }, (_, i) => ({ ...of(i), f: "drain", value: null }));
  }

  #enqueue({ random }: GeneratorContext): Invocation {
    return { ...of(random.int(this.#queues)), f: "enqueue", value: this.#enqueued++ };
  }

  #dequeue({ random }: GeneratorContext): Invocation {
    return { ...of(random.int(this.#queues)), f: "dequeue", value: null };
  }
}

const of = (index: number): Pick<Invocation, "key" | "object"> => ({
  key: `queue-${index}`,
  object: "queue",
});
