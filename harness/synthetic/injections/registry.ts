import { bankInjections } from "./banks.ts";
import { counterInjections } from "./counters.ts";
import type { Injection } from "./injection.ts";
import { listInjections } from "./lists.ts";
import { lockInjections } from "./locks.ts";
import { patternInjections } from "./patterns.ts";
import { queueInjections } from "./queues.ts";
import { registerInjections } from "./registers.ts";
import { replyInjections } from "./replies.ts";
import { setInjections } from "./sets.ts";
import { textInjections } from "./texts.ts";

/** Every way to put an anomaly into a history; each says which histories it is for. */
export const injections: readonly Injection[] = [
  ...registerInjections,
  ...patternInjections,
  ...setInjections,
  ...listInjections,
  ...queueInjections,
  ...counterInjections,
  ...lockInjections,
  ...textInjections,
  ...bankInjections,
  ...replyInjections,
];
