import type { History } from "#core/history";
import { Random } from "#core/random";
import { SECOND } from "#core/units";
import type { Anomaly } from "#core/verdict";
import { parseHistory } from "../../history/read-history.ts";
import { historyEvents } from "../../history/exporters/history-events.ts";
import type { Injection } from "../../synthetic/injections/injection.ts";
import { copyOf, linesOf, type Recording } from "../../synthetic/recording.ts";
import { judgeHistory } from "../judge-history.ts";

/** What became of one kind of anomaly. */
export interface Score {
  readonly name: string;
  readonly types: readonly Anomaly["type"][];
  readonly injected: number;
  readonly found: number;
  /** Seeds of the injections that were missed: `--seed` and the number after the `#`. */
  readonly missed: readonly string[];
}

/** For each checker. What is put in is small or soon found; a search that takes longer misses it. */
const TIMEOUT = 20 * SECOND;

export const recordingOf = (history: History): Recording => ({
  header: history.header,
  events: [...historyEvents(history)],
});

/** Anomalies that are there without any injection. */
export const anomaliesIn = (history: History): readonly Anomaly[] =>
  judgeHistory(history, { expectations: [], timeout: TIMEOUT }).anomalies;

/** Injects an anomaly again and again, each time into a fresh copy and at a place of its own, and looks who finds it. */
export function scoreOf(valid: Recording, injection: Injection, times: number, seed: string): Score {
  const { name, types } = injection;
  const missed: string[] = [];
  let injected = 0;
  for (let i = 0; i < times; i++) {
    const recording = copyOf(valid);
    const altered = injection.inject(recording, new Random(seed).fork(`${name} ${i}`));
    if (altered === undefined) continue;
    injected++;
    const history = parseHistory([...linesOf(recording)].join(""), name);
    const indexes = altered.map(({ index }) => index);
    if (!isFound(history, injection, indexes)) missed.push(`${seed}#${i}`);
  }
  return { name, types, injected, found: injected - missed.length, missed };
}

/** Whether some checker names the anomaly, with an operation that was altered in its witness. */
const isFound = (history: History, { types }: Injection, indexes: readonly number[]): boolean =>
  anomaliesIn(history).some(
    ({ type, witness }) => types.includes(type) && indexes.some((index) => witness.includes(index)),
  );
