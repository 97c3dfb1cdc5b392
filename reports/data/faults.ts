import { type History, STATUS } from "#core/history";
import type { Json } from "#core/json";
import type { TimedFaultEvent } from "#core/operation";
import { formatDuration, type Nanoseconds } from "#core/units";
import { printable, printableValue } from "../printable.ts";
import type { FaultBand, OutcomeCounts } from "../schema.ts";
import { endOf } from "./times.ts";

/** How much of a fault's effect is shown. */
const MAX_EFFECT = 240;

/** One band per fault: from its first event to the one that says it is healed. */
export function faultBands(history: History): FaultBand[] {
  const byId = new Map<number, TimedFaultEvent[]>();
  for (const event of history.faults) {
    const events = byId.get(event.id);
    if (events === undefined) byId.set(event.id, [event]);
    else events.push(event);
  }
  const bands = [...byId.values()].map(bandOf).sort((a, b) => a.from - b.from);
  countDuring(history, bands);
  return bands;
}

function bandOf(events: readonly TimedFaultEvent[]): FaultBand {
  const first = events[0] as TimedFaultEvent;
  const last = events.at(-1) as TimedFaultEvent;
  const healed = events.find((event) => event.phase === "healed");
  const effects = events.flatMap((event) => (event.effect === undefined ? [] : effectFacts(event.effect)));
  const error = events.find((event) => event.error !== undefined)?.error;
  return {
    id: first.id,
    fault: printable(first.fault, MAX_EFFECT),
    nodes: [...new Set((last.nodes.length > 0 ? last : first).nodes)].map((node) => printable(node, 60)),
    from: first.time,
    to: healed?.time ?? null,
    confirmed: events.some((event) => event.phase === "started"),
    effect: effects.length === 0 ? null : printable([...new Set(effects)].join(" · "), MAX_EFFECT),
    error: error === undefined ? null : printable(error, MAX_EFFECT),
    during: { ok: 0, fail: 0, info: 0 },
  };
}

/** `{"dropped": 12}` as `dropped 12`: the effect is whatever the fault found worth recording. */
function effectFacts(effect: Json): string[] {
  if (effect === null) return [];
  if (typeof effect !== "object" || Array.isArray(effect)) return [printableValue(effect, MAX_EFFECT)];
  return Object.entries(effect as Readonly<Record<string, Json>>).flatMap(([name, value]) => {
    if (name === "hadEffect") return value === false ? ["no effect seen"] : [];
    return [`${words(name)} ${factText(name, value)}`];
  });
}

/** Facts of faults that are nanoseconds. */
const DURATIONS: ReadonlySet<string> = new Set(["by", "firstBy", "period", "drifted"]);

function factText(name: string, value: Json): string {
  if (typeof value === "number" && DURATIONS.has(name)) return formatDuration(value);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return printableValue(value, MAX_EFFECT);
  return Object.entries(value as Readonly<Record<string, Json>>)
    .map(([of, each]) => `${of} ${printableValue(each, MAX_EFFECT)}`)
    .join(", ");
}

const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function countDuring(history: History, bands: readonly FaultBand[]): void {
  if (bands.length === 0) return;
  for (let row = 0; row < history.length; row++) {
    const at = endOf(history, row) ?? (history.invTime[row] as number);
    for (const band of bands) {
      if (at >= band.from && at <= (band.to ?? Number.POSITIVE_INFINITY)) {
        addOutcome(band.during, history.status[row] as number);
      }
    }
  }
}

export function addOutcome(counts: OutcomeCounts, status: number): void {
  if (status === STATUS.ok) counts.ok++;
  else if (status === STATUS.fail) counts.fail++;
  else counts.info++;
}

/** Ids of the faults in force at some moment between `from` and `to`. */
export function faultsBetween(bands: readonly FaultBand[], from: Nanoseconds, to: Nanoseconds): number[] {
  return bands
    .filter((band) => band.from <= to && (band.to ?? Number.POSITIVE_INFINITY) >= from)
    .map((band) => band.id);
}
