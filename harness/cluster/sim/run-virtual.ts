import { setImmediate } from "node:timers";
import { HarnessError } from "#core/errors";
import { formatDuration, type Nanoseconds, SECOND } from "#core/units";
import type { SimRuntime } from "./runtime.ts";

export interface VirtualLimits {
  /** Events after which a simulation counts as endless. */
  readonly events: number;
  /** Virtual time, from the start of the runtime, after which it does. */
  readonly time: Nanoseconds;
}

/** Some minutes of real time, and a day of virtual time: no run means to last that long. */
export const VIRTUAL_LIMITS: VirtualLimits = { events: 200_000_000, time: 86_400 * SECOND };

/** Events between two visits of the real event loop when nothing else asks for one: signals must get through. */
const EVENTS_PER_TURN = 4_096;

/**
 * Runs `main` in virtual time and resolves with what it resolves with. After every event that resolved a promise, all
 * continuations run to their end before the next event, so what happens depends on the runtime's seed alone – as long as
 * `main` waits for nothing outside the runtime. May be called again with the same runtime: time goes on.
 *
 * @throws HarnessError `internal` if `main` waits for something that no event will bring, or passes a limit; and whatever
 * an event throws. `main` is then abandoned where it stands.
 */
export function runVirtual<T>(
  runtime: SimRuntime,
  main: () => Promise<T>,
  limits: VirtualLimits = VIRTUAL_LIMITS,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let done = false;
    let events = 0;
    const finish = (settle: () => void): void => {
      if (!done) settle();
      done = true;
    };
    const turn = (): void => {
      if (done) return;
      try {
        events += stepUntilWoken(runtime);
        checkLimits(runtime, events, limits);
        setImmediate(turn);
      } catch (error) {
        finish(() => reject(error));
      }
    };
    main().then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error)),
    );
    setImmediate(turn);
  });
}

/** Steps until promise continuations have to run. @returns how many events ran */
function stepUntilWoken(runtime: SimRuntime): number {
  for (let events = 1; ; events++) {
    const outcome = runtime.step();
    if (outcome === "empty") throw stuck(runtime);
    if (outcome === "woken" || events === EVENTS_PER_TURN) return events;
  }
}

const stuck = (runtime: SimRuntime): HarnessError =>
  new HarnessError(
    "internal",
    `the simulation is stuck at ${formatDuration(runtime.now())}: nothing is scheduled, yet its main function has not ended`,
    {
      hint: "look for an await of something outside the simulation (a timer, file or socket) or of a promise nobody resolves",
    },
  );

function checkLimits(runtime: SimRuntime, events: number, limits: VirtualLimits): void {
  const passed =
    events > limits.events
      ? `${limits.events} events`
      : runtime.now() > limits.time
        ? `${formatDuration(limits.time)} of virtual time`
        : undefined;
  if (passed === undefined) return;
  throw new HarnessError("internal", `the simulation did not end within ${passed}`, {
    hint: "look for an await of a promise nobody resolves, or for messages that beget messages without end",
  });
}
