import type { Expectation } from "#core/verdict";
import type { RabbitOptions } from "./options.ts";

/** What may come over the store. */
export interface Weather {
  readonly nodes: number;
  /** Names of the faults that may come. */
  readonly faults: readonly string[];
}

/** What RabbitMQ promises with these options to clients that wait for confirms, according to its documentation. */
export function claimsOf(options: RabbitOptions, weather: Weather): readonly Expectation[] {
  const loss = lossReason(options, weather);
  return [
    { model: "linearizable", is: "may-break", reason: AT_LEAST_ONCE },
    loss === undefined
      ? { model: "no-lost-writes", is: "holds" }
      : { model: "no-lost-writes", is: "may-break", reason: loss },
  ];
}

function lossReason({ queueType }: RabbitOptions, { nodes, faults }: Weather): string | undefined {
  if (faults.some((fault) => fault.startsWith("power"))) return QUEUE_FORGOTTEN;
  return queueType === "mirrored" && faults.length > 0 && nodes > 1 ? MIRRORED : undefined;
}

const AT_LEAST_ONCE =
  "messages are delivered at least once, and go back to their queue when a connection breaks";
const QUEUE_FORGOTTEN =
  "a queue that was declared is not synced to disk: nodes that lose their power forget it, with the messages they have synced";
const MIRRORED =
  "a mirror that is promoted may lack confirmed messages, and of two masters one loses what it has when the network is whole again";
