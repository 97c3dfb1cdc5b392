import type { Expectation } from "#core/verdict";
import type { RabbitOptions } from "./options.ts";

/** What may come over the store. */
export interface Weather {
  readonly nodes: number;
  /** Whether anything breaks at all. */
  readonly faults: boolean;
}

/** What RabbitMQ promises with these options to clients that wait for confirms, according to its documentation. */
export function claimsOf({ queueType }: RabbitOptions, { nodes, faults }: Weather): readonly Expectation[] {
  const mayLose = queueType === "mirrored" && faults && nodes > 1;
  return [
    { model: "linearizable", is: "may-break", reason: AT_LEAST_ONCE },
    mayLose
      ? { model: "no-lost-writes", is: "may-break", reason: MIRRORED }
      : { model: "no-lost-writes", is: "holds" },
  ];
}

const AT_LEAST_ONCE =
  "messages are delivered at least once, and go back to their queue when a connection breaks";
const MIRRORED =
  "a mirror that is promoted may lack confirmed messages, and of two masters one loses what it has when the network is whole again";
