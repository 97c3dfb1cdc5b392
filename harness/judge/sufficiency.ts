import { FLAG, type History, STATUS, UNENDED } from "#core/history";
import type { Json } from "#core/json";
import { formatDuration, type Nanoseconds } from "#core/units";

/** Unless the user or the run says otherwise. */
export const MIN_OK = 100;
export const MIN_DURING_FAULT = 1;

export interface Minimum {
  /** Successful operations in all, final reads left out. */
  readonly ok: number;
  /**
   * Operations that ended while a fault was in force, for each fault. Whatever their outcome: a primary that was killed
   * answers nobody, and that its clients were refused is what was to be seen.
   */
  readonly duringFault: number;
  /** How many faults were planned: one that never started proves nothing. */
  readonly planned: number;
}

/** One fault's time in force. */
interface Window {
  readonly name: string;
  readonly from: Nanoseconds;
  to: Nanoseconds;
  hadEffect: boolean;
}

/** Why a run proves nothing, although nothing was found: no work was done, or a fault did nothing. */
export function insufficiencies(history: History, minimum: Minimum): string[] {
  const windows = [...windowsOf(history).values()];
  const during = windows.map(() => 0);
  let ok = 0;
  for (let row = 0; row < history.length; row++) {
    const end = history.retTime[row] ?? UNENDED;
    if (end === UNENDED || ((history.flags[row] ?? 0) & FLAG.final) !== 0) continue;
    if (history.status[row] === STATUS.ok) ok++;
    windows.forEach((window, i) => {
      if (end >= window.from && end <= window.to) during[i] = (during[i] ?? 0) + 1;
    });
  }
  const reasons: string[] = [];
  if (ok < minimum.ok) reasons.push(`only ${ok} operations succeeded, at least ${minimum.ok} are needed`);
  windows.forEach((window, i) => {
    const at = formatDuration(window.from);
    if (!window.hadEffect) reasons.push(`the fault ${window.name} at ${at} changed nothing that can be seen`);
    if ((during[i] ?? 0) < minimum.duringFault) {
      reasons.push(
        `only ${during[i]} operations ended during ${window.name} at ${at}, at least ${minimum.duringFault} are needed`,
      );
    }
  });
  if (windows.length < minimum.planned) {
    const why = new Set(history.faults.flatMap(({ error }) => error ?? []));
    reasons.push(
      `${minimum.planned - windows.length} of ${minimum.planned} planned faults never came into force` +
        (why.size === 0 ? "" : ` (${[...why].join("; ")})`),
    );
  }
  return reasons;
}

function windowsOf(history: History): Map<number, Window> {
  const windows = new Map<number, Window>();
  for (const event of history.faults) {
    const window = windows.get(event.id);
    if (event.phase === "started") {
      const name = `${event.fault} on ${event.nodes.join(", ")}`;
      windows.set(event.id, { name, from: event.time, to: Number.POSITIVE_INFINITY, hadEffect: true });
    } else if (event.phase === "healing" && window !== undefined) window.to = event.time;
    else if (event.phase === "healed" && window !== undefined) window.hadEffect = effectOf(event.effect);
  }
  return windows;
}

const effectOf = (effect: Json | undefined): boolean =>
  !(typeof effect === "object" && effect !== null && "hadEffect" in effect && effect["hadEffect"] === false);
