import { z } from "zod";
import type { Generator, GeneratorContext } from "#core/generator";
import type { Invocation } from "#core/operation";
import { MILLISECOND } from "#core/units";
import type { Workload, WorkloadRun } from "#core/workload";
import { mix } from "../harness/generators/mix.ts";
import { paced } from "../harness/generators/paced.ts";

const optionsSchema = z.object({
  logs: z.int().min(1).default(4).describe("how many logs there are"),
  sendEvery: z
    .int()
    .min(1)
    .default(5)
    .describe("milliseconds between two sends, over all clients: all messages are read at the end"),
});
type Options = z.infer<typeof optionsSchema>;

/** Logs of messages at offsets: Maelstrom's workload of this name. No message is sent twice. */
export const kafka: Workload<Options> = {
  name: "kafka",
  summary: "append-only logs: lost and skipped messages, offsets in order (Maelstrom)",
  options: optionsSchema,
  objects: [{ keys: "*", type: "log", initial: null, order: "version", uniqueWrites: true, siblings: false }],
  models: ["no-lost-writes", "log-order"],
  create: ({ options }) => new KafkaRun(options),
};

class KafkaRun implements WorkloadRun {
  readonly generator: Generator;
  readonly #logs: number;
  #sent = 0;

  constructor({ logs, sendEvery }: Options) {
    this.#logs = logs;
    this.generator = mix([
      { weight: 0.5, source: paced(sendEvery * MILLISECOND, { next: (context) => this.#send(context) }) },
      { weight: 0.5, source: paced(sendEvery * MILLISECOND, { next: (context) => this.#poll(context) }) },
    ]);
  }

  finalReads(): readonly Invocation[] {
    return Array.from({ length: this.#logs }, (_, log) => pollOf(log));
  }

  #send({ random }: GeneratorContext): Invocation {
    return { f: "send", key: nameOf(random.int(this.#logs)), value: this.#sent++, object: "log" };
  }

  #poll({ random }: GeneratorContext): Invocation {
    return pollOf(random.int(this.#logs));
  }
}

const nameOf = (log: number): string => `k${log}`;
const pollOf = (log: number): Invocation => ({ f: "poll", key: nameOf(log), value: null, object: "log" });
