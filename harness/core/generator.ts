import type { Invocation, Reply } from "./operation.ts";
import type { Random } from "./random.ts";
import type { Nanoseconds } from "./units.ts";

/** Asked by a free worker for its next operation. */
export interface GeneratorContext {
  readonly now: Nanoseconds;
  /** The asking process: never repeats, replaced after an indefinite write. */
  readonly process: number;
  /** The worker behind the process: 0 … clients−1 in a closed loop, more under a rate. */
  readonly worker: number;
  readonly random: Random;
}

/** An operation; or how long to wait before asking again; or `undefined`: nothing will ever come for this worker. */
export type Next = Invocation | { readonly wait: Nanoseconds } | undefined;

/** A stateful source of operations. Same seed and same calls give the same operations. */
export interface Generator {
  /** True: it says when each operation begins, as a script does. No worker pauses by itself then, not even after a failure. */
  readonly timed?: true;
  next(context: GeneratorContext): Next;
  /** Told of every completion, where it matters what became of an operation. `reply`: of one that succeeded. */
  completed?(process: number, operation: Invocation, outcome: "ok" | "fail" | "info", reply?: Reply): void;
}
