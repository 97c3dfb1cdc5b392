import { type CheckResult, MAX_ANOMALIES } from "#core/checker";
import type { Anomaly } from "#core/verdict";

interface Candidate {
  readonly severity: number;
  readonly build: () => Anomaly;
}

/** Counts anomalies and keeps the worst of each type; explanations are written for those alone. */
export class Collector {
  readonly #worst = new Map<Anomaly["type"], Candidate[]>();
  readonly #counts = new Map<Anomaly["type"], number>();

  /** `severity`: the larger, the worse; among equals the first one found stays. */
  add(type: Anomaly["type"], severity: number, build: () => Anomaly): void {
    this.#counts.set(type, this.count(type) + 1);
    const candidates = this.#worst.get(type) ?? [];
    candidates.push({ severity, build });
    this.#worst.set(type, candidates.length > 8 * MAX_ANOMALIES ? worstOf(candidates) : candidates);
  }

  count(type: Anomaly["type"]): number {
    return this.#counts.get(type) ?? 0;
  }

  get anomalies(): readonly Anomaly[] {
    return [...this.#worst.values()].flatMap((candidates) => worstOf(candidates).map(({ build }) => build()));
  }

  get counts(): CheckResult["counts"] {
    return Object.fromEntries(this.#counts);
  }
}

const worstOf = (candidates: readonly Candidate[]): Candidate[] =>
  candidates.toSorted((a, b) => b.severity - a.severity).slice(0, MAX_ANOMALIES);
