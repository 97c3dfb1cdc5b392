import { FLAG, type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { printable } from "../printable.ts";
import type { OutcomeCounts, Quantiles, ReportData } from "../schema.ts";
import { addOutcome } from "./faults.ts";
import { endOf, type Span } from "./times.ts";

const none = (): OutcomeCounts => ({ ok: 0, fail: 0, info: 0 });

/** How many operations there were, how they ended, how long they took. */
export function countOperations(history: History, span: Pick<Span, "timed">): ReportData["operations"] {
  const total = none();
  const byFunction = new Map<number, OutcomeCounts>();
  const byNode = new Map<number, OutcomeCounts>();
  const errors = new Map<number, number>();
  let final = 0;
  for (let row = 0; row < history.length; row++) {
    const status = history.status[row] as number;
    addOutcome(total, status);
    addOutcome(entry(byFunction, history.f[row] as number), status);
    addOutcome(entry(byNode, history.node[row] as number), status);
    if (((history.flags[row] as number) & FLAG.final) !== 0) final++;
    const error = history.error[row] as number;
    if (error !== NONE) errors.set(error, (errors.get(error) ?? 0) + 1);
  }
  return {
    ...total,
    total: history.length,
    final,
    latency: span.timed ? latencyOf(history) : null,
    byFunction: [...byFunction].map(([f, counts]) => ({ f: FUNCTIONS[f] ?? "?", ...counts })),
    byNode: [...byNode]
      .map(([node, counts]) => ({ node: node === NONE ? "–" : nodeName(history, node), ...counts }))
      .sort((a, b) => a.node.localeCompare(b.node, "en", { numeric: true })),
    errors: [...errors]
      .map(([id, n]) => ({ code: printable(history.errorCodes[id] ?? "?", 60), count: n }))
      .sort((a, b) => b.count - a.count),
  };
}

function entry(counts: Map<number, OutcomeCounts>, id: number): OutcomeCounts {
  const known = counts.get(id);
  if (known !== undefined) return known;
  const fresh = none();
  counts.set(id, fresh);
  return fresh;
}

const nodeName = (history: History, id: number): string => printable(history.nodeNames[id] ?? "?", 60);

function latencyOf(history: History): Quantiles | null {
  const latencies = new Float64Array(history.length);
  let n = 0;
  for (let row = 0; row < history.length; row++) {
    const end = history.status[row] === STATUS.ok ? endOf(history, row) : undefined;
    if (end !== undefined) latencies[n++] = end - (history.invTime[row] as number);
  }
  return n === 0 ? null : quantiles(latencies.subarray(0, n).sort());
}

/** Nearest-rank quantiles of values in ascending order; at least one. */
export function quantiles(sorted: Float64Array): Quantiles {
  return { p50: rank(sorted, 0.5), p95: rank(sorted, 0.95), p99: rank(sorted, 0.99), max: rank(sorted, 1) };
}

const rank = (sorted: Float64Array, q: number): number =>
  sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] as number;
