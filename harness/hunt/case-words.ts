import { FLAG, type History } from "#core/history";
import { formatDuration, SECOND, type Nanoseconds } from "#core/units";
import { labelOf } from "../../reports/diagram/label.ts";
import type { Case } from "./case.ts";

/** `3 nodes, 1 client, 2 operations, 1 fault, 690 ms`. */
export function sizeWords({ nodes, load, schedule, time, clients }: Case): string {
  const used = load.kind === "scripted" ? new Set(load.operations.map(({ client }) => client)).size : clients;
  const operations = load.kind === "scripted" ? load.operations.length : load.operations;
  return [
    counted(nodes.length, "node"),
    counted(used, "client"),
    counted(operations, "operation"),
    counted(schedule.length, "fault"),
    formatDuration(time),
  ].join(", ");
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** What is set, in one line: target, options, network. */
export function settingWords({ target, targetOptions, workload, network, seed }: Case): string {
  const options = Object.entries(targetOptions).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const delays = Object.entries(network).flatMap(([name, value]) =>
    value === undefined
      ? []
      : typeof value === "number"
        ? [`${name} ${formatDuration(value)}`]
        : [`deliveries by priority (${value.changes} changes, up to ${formatDuration(value.spread)} later)`],
  );
  return [`${target}, workload ${workload}, seed ${seed}`, ...options, ...delays].join(", ");
}

interface Line {
  /** Event index: the order of lines. */
  readonly index: number;
  readonly time: Nanoseconds;
  readonly who: string;
  readonly what: string;
}

/** Final reads beyond this many are counted, not listed. */
const MOST_FINAL_READS = 12;

/** What happened in a run, as a numbered list of operations and faults in order of time. */
export function runLines(history: History, clients: number): string[] {
  const lines = [...operationLines(history, clients), ...faultLines(history)].sort(
    (a, b) => a.index - b.index,
  );
  const width = Math.max(...lines.map(({ who }) => who.length), 0);
  const listed = lines.map(
    ({ time, who, what }, i) =>
      `${String(i + 1).padStart(4)}  ${(time / SECOND).toFixed(4).padStart(9)} s  ${who.padEnd(width)}  ${what}`,
  );
  return [...listed, ...finalLines(history)];
}

const isFinal = (history: History, row: number): boolean => (history.flags[row]! & FLAG.final) !== 0;

const rowsOf = (history: History): number[] => Array.from({ length: history.length }, (_, row) => row);

const operationLines = (history: History, clients: number): Line[] =>
  rowsOf(history)
    .filter((row) => !isFinal(history, row))
    .map((row) => {
      const { index, process, start, node } = history.operation(row);
      const at = node === undefined ? "" : `  by ${node}`;
      return {
        index,
        time: start,
        who: `client ${process % clients}`,
        what: `${labelOf(history, row)}${at}`,
      };
    });

const PHASES: Readonly<Record<string, string>> = { started: "begins", healed: "is healed" };

const faultLines = (history: History): Line[] =>
  history.faults.flatMap(({ index, time, fault, phase, nodes }) => {
    const word = PHASES[phase];
    return word === undefined
      ? []
      : [{ index, time, who: "nemesis", what: `${fault} ${word}: ${nodes.join(", ")}` }];
  });

/** The last answer of each node for each key. */
function finalLines(history: History): string[] {
  const last = new Map<string, string>();
  for (const row of rowsOf(history)) {
    const { node, key, status } = history.operation(row);
    if (isFinal(history, row) && status === "ok")
      last.set(JSON.stringify([key, node]), `${labelOf(history, row)}  by ${node ?? "?"}`);
  }
  const all = [...last.values()];
  if (all.length === 0) return [];
  const left = all.length - MOST_FINAL_READS;
  return [
    "      after healing, the last reads:",
    ...all.slice(0, MOST_FINAL_READS).map((line) => `        ${line}`),
    ...(left > 0 ? [`        and ${left} more`] : []),
  ];
}
