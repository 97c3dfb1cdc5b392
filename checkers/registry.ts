import type { Checker } from "#core/checker";
import type { StalenessBound } from "#core/verdict";
import { bank } from "./bank/bank.ts";
import { causal } from "./causal/causal.ts";
import { sessionViews } from "./causal/session-views.ts";
import { counterDurability } from "./counters/counter-durability.ts";
import { linearizableCounters } from "./counters/linearizable-counters.ts";
import { linearizableLists } from "./lists/linearizable-lists.ts";
import { listDurability } from "./lists/list-durability.ts";
import { gCounter } from "./crdt/g-counter.ts";
import { gSet } from "./crdt/g-set.ts";
import { lwwRegister } from "./crdt/lww-register.ts";
import { orSet } from "./crdt/or-set.ts";
import { pnCounter } from "./crdt/pn-counter.ts";
import { echo } from "./echo/echo.ts";
import { logDurability } from "./logs/log-durability.ts";
import { logOrder } from "./logs/log-order.ts";
import { uniqueIds } from "./unique-ids/unique-ids.ts";
import { text } from "./crdt/text.ts";
import { twoPhaseSet } from "./crdt/two-phase-set.ts";
import { linearizableLocks } from "./locks/linearizable-locks.ts";
import { linearizableQueues } from "./queues/linearizable-queues.ts";
import { queueDurability } from "./queues/queue-durability.ts";
import { linearizableSets } from "./sets/linearizable-sets.ts";
import { convergence } from "./convergence/convergence.ts";
import { lostWrites } from "./lost-writes/lost-writes.ts";
import { linearizable } from "./linearizable/linearizable.ts";
import { readsFrom } from "./reads-from.ts";
import { sequential } from "./sequential/sequential.ts";
import { sessions } from "./sessions/sessions.ts";
import { setDurability } from "./set-durability/set-durability.ts";
import { splitBrain } from "./split-brain/split-brain.ts";
import { linearizableStacks } from "./stacks/linearizable-stacks.ts";
import { textDurability } from "./texts/text-durability.ts";
import { boundedStaleness } from "./staleness/bounded-staleness.ts";
import { staleness } from "./staleness/staleness.ts";

/** Every checker by name, those of stronger models first: what they find satisfied saves weaker ones. */
export const checkers: Readonly<Record<string, Checker>> = {
  linearizable,
  "linearizable-sets": linearizableSets,
  "linearizable-lists": linearizableLists,
  "linearizable-queues": linearizableQueues,
  "linearizable-stacks": linearizableStacks,
  "linearizable-counters": linearizableCounters,
  "linearizable-locks": linearizableLocks,
  "split-brain": splitBrain,
  staleness,
  "reads-from": readsFrom,
  sequential,
  causal,
  "session-views": sessionViews,
  sessions,
  "lost-writes": lostWrites,
  "set-durability": setDurability,
  "list-durability": listDurability,
  "counter-durability": counterDurability,
  "queue-durability": queueDurability,
  "text-durability": textDurability,
  bank,
  convergence,
  "g-counter": gCounter,
  "pn-counter": pnCounter,
  "g-set": gSet,
  "2p-set": twoPhaseSet,
  "or-set": orSet,
  "lww-register": lwwRegister,
  text,
  "log-order": logOrder,
  "log-durability": logDurability,
  "unique-ids": uniqueIds,
  echo,
};

/** Every checker, and those of the bounds that somebody set. */
export const checkersFor = (bounds: readonly StalenessBound[]): readonly Checker[] => [
  ...Object.values(checkers),
  ...bounds.map(boundedStaleness),
];
