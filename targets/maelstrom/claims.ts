import type { Expectation, Model } from "#core/verdict";

/** What a node that passes Maelstrom's workload promises. */
const CLAIMS: Readonly<Record<string, readonly Model[]>> = {
  echo: ["echo"],
  "unique-ids": ["unique-ids"],
  broadcast: ["no-lost-writes", "convergence", "crdt-semantics"],
  "g-set": ["no-lost-writes", "convergence", "crdt-semantics"],
  "g-counter": ["no-lost-writes", "convergence", "crdt-semantics"],
  "pn-counter": ["no-lost-writes", "convergence", "crdt-semantics"],
  "lin-kv": ["linearizable"],
  kafka: ["no-lost-writes", "log-order"],
};

export const claimsOf = (workload: string): readonly Expectation[] =>
  (CLAIMS[workload] ?? []).map((model) => ({ model, is: "holds" }));
