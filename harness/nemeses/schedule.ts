import type { Fault, FaultSchedule, ScheduledFault } from "#core/nemesis";
import type { Random } from "#core/random";
import { SECOND, type Nanoseconds } from "#core/units";
import { leavesMajority } from "./mercy.ts";
import { chooseTargets, type FaultTargets } from "./targets.ts";

export interface ScheduleOptions {
  readonly random: Random;
  readonly nodes: readonly string[];
  /** The faults to choose from, by name. */
  readonly faults: Readonly<Record<string, Fault>>;
  /** Length of the run's operations. */
  readonly time: Nanoseconds;
  /** Length of one fault; left out: chosen to fit the run. */
  readonly duration?: Nanoseconds;
  /** Whether a second fault, of another mechanism, may come while one is in force. */
  readonly overlap?: boolean;
  /** Which nodes faults hit that may hit any; left out: as each fault chooses. */
  readonly targets?: FaultTargets;
  /** Whether a majority of the nodes must stay in service where faults overlap. */
  readonly merciful?: boolean;
}

type Choice = ReturnType<Fault["choose"]>;

/** Long enough for a failover: detection within seconds, election, and clients that keep writing to the old leader. */
const DURATION_MAX: Nanoseconds = 10 * SECOND;
const DURATION_MIN: Nanoseconds = SECOND;

/**
 * One fault after the other with pauses between them, the whole list fixed before the run. Every second fault aims at the
 * leader if one of the chosen faults does, since failover is where stores lose data; otherwise kinds take turns in random
 * order. A pause comes before the first fault, so that there is something to break. Empty if not even one fault fits.
 * With `overlap`, every second fault gets another beside it, within its time: a clock is wrong while the network is cut.
 */
export function planSchedule(options: ScheduleOptions): FaultSchedule {
  const { random, nodes, faults, time, overlap = false } = options;
  const duration = options.duration ?? Math.min(DURATION_MAX, Math.max(DURATION_MIN, Math.round(time / 6)));
  const pause = Math.round(Math.min(duration / 2, (time - duration) / 2));
  const kinds = Object.values(faults);
  const atLeader = deck(
    random,
    kinds.filter((fault) => fault.aimsAtLeader),
  );
  const anywhere = deck(
    random,
    kinds.filter((fault) => !fault.aimsAtLeader),
  );
  const beside = overlap ? deck(random.fork("beside"), kinds) : undefined;
  const schedule: ScheduledFault[] = [];
  const choose = (fault: Fault): Choice => {
    const choice = fault.choose(random, nodes);
    return options.targets === undefined || fault.anywhere !== true
      ? choice
      : { ...choice, on: chooseTargets(options.targets, random, nodes) };
  };
  const plan = (fault: Fault, choice: Choice, at: number, length: Nanoseconds): void => {
    const { on, parameters } = choice;
    schedule.push({
      id: schedule.length + 1,
      at: Math.round(at),
      for: length,
      fault: fault.name,
      on,
      parameters,
    });
  };
  let turn = 0;
  let room = 0;
  for (let at = pause; at + duration <= time - pause / 2 && pause > 0; at += room + duration + pause) {
    const fault = turn++ % 2 === 0 ? (atLeader() ?? anywhere()) : (anywhere() ?? atLeader());
    room = fault?.takes ?? 0;
    // The first one comes, however short the run.
    if (fault === undefined || (schedule.length > 0 && at + room + duration > time - pause / 2)) break;
    const choice = choose(fault);
    plan(fault, choice, at, duration);
    const other = turn % 2 === 0 ? undefined : beside?.((one) => one.mechanism !== fault.mechanism);
    if (other === undefined) continue;
    const otherChoice = choose(other);
    const both = [
      { fault, on: choice.on },
      { fault: other, on: otherChoice.on },
    ];
    if (options.merciful === true && !leavesMajority(both, nodes.length)) continue;
    plan(other, otherChoice, at + duration / 4, Math.max(1, Math.round(duration / 2)));
    room = Math.max(room, other.takes ?? 0);
  }
  return schedule;
}

/**
 * Deals each item once in random order, then starts again; among those that fit, if asked for one that does: any of them, or what
 * seldom fits would always be next when it does.
 */
function deck<T>(random: Random, items: readonly T[]): (fits?: (item: T) => boolean) => T | undefined {
  let cards: T[] = [];
  return (fits) => {
    if (items.length === 0 || (fits !== undefined && !items.some(fits))) return undefined;
    if (!cards.some(fits ?? (() => true))) cards = [...random.shuffle(items), ...cards];
    const fitting = [...cards.keys()].filter((i) => fits?.(cards[i] as T) ?? true);
    const at = fits === undefined ? fitting.at(-1) : random.pick(fitting);
    return cards.splice(at ?? 0, 1)[0];
  };
}
