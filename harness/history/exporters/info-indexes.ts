import { type History, NEVER, STATUS, UNENDED } from "#core/history";

/** An event whose place is known. */
interface Fixed {
  readonly index: number;
  readonly time: number;
}

/** An indefinite operation whose completion needs a place: behind its invocation, before its process or time goes on. */
interface Seeker {
  readonly row: number;
  readonly after: number;
  readonly before: number;
  readonly time: number;
}

/**
 * Places for the completions of indefinite operations, of which columns keep the times alone: places that no other event
 * has, given out in order to whoever must be placed first. In a whole history there is one for each.
 * @returns event index by row
 */
export function infoIndexes(history: History): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  if (!history.status.includes(STATUS.info)) return places;
  const fixed = fixedEvents(history);
  const seekers = seekersIn(history, fixed);
  const waiting: Seeker[] = [];
  let arriving = 0;
  let end = 0;
  for (const { index, time } of fixed) {
    for (; end < index; end++) {
      while (arriving < seekers.length && seekers[arriving]!.after < end) waiting.push(seekers[arriving++]!);
      const seeker = takeMostUrgent(waiting, time);
      if (seeker !== undefined) places.set(seeker.row, end);
    }
    end = index + 1;
  }
  const late = [...waiting, ...seekers.slice(arriving)].sort((a, b) => a.time - b.time);
  for (const { row } of late) places.set(row, end++);
  return places;
}

/** Of those that completed by `time`, the one that must come first. */
function takeMostUrgent(waiting: Seeker[], time: number): Seeker | undefined {
  let best = -1;
  waiting.forEach((seeker, at) => {
    if (seeker.time > time) return;
    const other = waiting[best];
    if (
      other === undefined ||
      seeker.before < other.before ||
      (seeker.before === other.before && seeker.time < other.time)
    ) {
      best = at;
    }
  });
  return best === -1 ? undefined : waiting.splice(best, 1)[0];
}

function seekersIn(history: History, fixed: readonly Fixed[]): Seeker[] {
  const seekers: Seeker[] = [];
  const next = new Map<number, number>();
  for (let row = history.length - 1; row >= 0; row--) {
    const process = history.process[row]!;
    const after = history.invRank[row]!;
    const time = history.retTime[row]!;
    if (history.status[row] === STATUS.info && time !== UNENDED) {
      const before = Math.min(next.get(process) ?? NEVER, firstLaterThan(fixed, time));
      seekers.push({ row, after, before, time });
    }
    next.set(process, after);
  }
  return seekers.reverse();
}

/** The place of the first event after a time. */
function firstLaterThan(fixed: readonly Fixed[], time: number): number {
  let low = 0;
  let high = fixed.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fixed[middle]!.time > time) high = middle;
    else low = middle + 1;
  }
  return fixed[low]?.index ?? NEVER;
}

function fixedEvents(history: History): Fixed[] {
  const events: Fixed[] = history.faults.map(({ index, time }) => ({ index, time }));
  for (let row = 0; row < history.length; row++) {
    events.push({ index: history.invRank[row]!, time: history.invTime[row]! });
    if (history.retRank[row] !== NEVER) {
      events.push({ index: history.retRank[row]!, time: history.retTime[row]! });
    }
  }
  return events.sort((a, b) => a.index - b.index);
}
