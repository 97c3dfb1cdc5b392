import type { Fault, FaultSchedule, ScheduledFault } from "#core/nemesis";
import type { Random } from "#core/random";
import { SECOND, type Nanoseconds } from "#core/units";

export interface ScheduleOptions {
  readonly random: Random;
  readonly nodes: readonly string[];
  /** The faults to choose from, by name. */
  readonly faults: Readonly<Record<string, Fault>>;
  /** Length of the run's operations. */
  readonly time: Nanoseconds;
  /** Length of one fault; left out: chosen to fit the run. */
  readonly duration?: Nanoseconds;
}

/** Long enough for a failover: detection within seconds, election, and clients that keep writing to the old leader. */
const DURATION_MAX: Nanoseconds = 10 * SECOND;
const DURATION_MIN: Nanoseconds = SECOND;

/**
 * One fault after the other with pauses between them, the whole list fixed before the run. Every second fault aims at the
 * leader if one of the chosen faults does, since failover is where stores lose data; otherwise kinds take turns in random
 * order. A pause comes before the first fault, so that there is something to break. Empty if not even one fault fits.
 */
export function planSchedule(options: ScheduleOptions): FaultSchedule {
  const { random, nodes, faults, time } = options;
  const duration = options.duration ?? Math.min(DURATION_MAX, Math.max(DURATION_MIN, Math.round(time / 6)));
  const pause = Math.round(Math.min(duration / 2, (time - duration) / 2));
  const atLeader = deck(
    random,
    Object.values(faults).filter((fault) => fault.aimsAtLeader),
  );
  const anywhere = deck(
    random,
    Object.values(faults).filter((fault) => !fault.aimsAtLeader),
  );
  const schedule: ScheduledFault[] = [];
  for (let at = pause; at + duration <= time - pause / 2 && pause > 0; at += duration + pause) {
    const id = schedule.length + 1;
    const fault = (id % 2 === 1 ? (atLeader() ?? anywhere()) : (anywhere() ?? atLeader())) as
      | Fault
      | undefined;
    if (fault === undefined) break;
    const { on, parameters } = fault.choose(random, nodes);
    schedule.push({ id, at: Math.round(at), for: duration, fault: fault.name, on, parameters });
  }
  return schedule;
}

/** Deals each item once in random order, then starts again. */
function deck<T>(random: Random, items: readonly T[]): () => T | undefined {
  let cards: T[] = [];
  return () => {
    if (cards.length === 0) cards = random.shuffle(items);
    return cards.pop();
  };
}
