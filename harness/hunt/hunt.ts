import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { HarnessError } from "#core/errors";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import { type AnomalyName, nameWords, type ScriptedCase } from "./case.ts";
import type { HuntSpace } from "./draw-case.ts";
import type { HunterReply, HunterSettings } from "./messages.ts";
import type { Quarry } from "./quarry.ts";
import type { Tried } from "./try-case.ts";

export interface HuntSettings {
  readonly space: HuntSpace;
  readonly quarry: Quarry;
  /** Numbers of the cases to try: from the first to the last, both included. */
  readonly first: number;
  readonly last: number;
  readonly timeBudget: Nanoseconds | undefined;
  /** Threads; undefined: as many as there are cores. */
  readonly workers: number | undefined;
  /** Go on after the first find, and collect one case of each kind of anomaly. */
  readonly keepGoing: boolean;
  readonly signal: AbortSignal;
  onProgress?(progress: HuntProgress): void;
}

export interface HuntProgress {
  readonly tried: number;
  readonly of: number;
  readonly elapsed: Nanoseconds;
  readonly kinds: number;
}

/** A case that shows an anomaly of a kind not seen in cases of lower numbers. */
export interface Find {
  readonly number: number;
  readonly case: ScriptedCase;
  readonly shows: AnomalyName;
  readonly explanation: string;
}

export interface HuntResult {
  readonly tried: number;
  readonly elapsed: Nanoseconds;
  /** By number of the case; without `keepGoing` at most one. */
  readonly finds: readonly Find[];
  /** How many cases showed each kind. */
  readonly counts: ReadonlyMap<string, number>;
  /** Runs that did not come to their end, by number. */
  readonly troubles: readonly Tried[];
}

const module = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/**
 * Tries the cases of a space on several threads. What is found does not depend on their number: of all finds that with the
 * lowest number counts, unless the time budget or a signal ends the hunt.
 */
export async function hunt(settings: HuntSettings): Promise<HuntResult> {
  const run = new Hunt(settings);
  const count = settings.workers ?? availableParallelism();
  const threads = Math.max(1, Math.min(count, settings.last - settings.first + 1));
  await Promise.all(Array.from({ length: threads }, () => run.thread()));
  return run.result();
}

class Hunt {
  readonly #settings: HuntSettings;
  readonly #began = performance.now();
  /** Those that found something or ran into trouble. */
  readonly #tried: Tried[] = [];
  /** By kind of anomaly: the lowest number of a case that showed it. */
  readonly #lowest = new Map<string, number>();
  #count = 0;
  #next: number;
  #isOver = false;

  constructor(settings: HuntSettings) {
    this.#settings = settings;
    this.#next = settings.first;
  }

  /** Hands out numbers in their order to one thread, until there is nothing left to do. */
  async thread(): Promise<void> {
    const { space, quarry } = this.#settings;
    await using hunter = new Hunter({ space, quarry });
    for (let number = this.#take(); number !== undefined; number = this.#take()) {
      this.#note(await hunter.try(number));
    }
  }

  result(): HuntResult {
    const tried = this.#tried.toSorted((a, b) => a.number - b.number);
    const finds: Find[] = [];
    const counts = new Map<string, number>();
    for (const one of tried) {
      for (const { explanation, ...shows } of one.found) {
        const kind = nameWords(shows);
        const before = counts.get(kind) ?? 0;
        counts.set(kind, before + 1);
        if (before > 0 || one.case === undefined) continue;
        finds.push({ number: one.number, case: { ...one.case, shows }, shows, explanation });
      }
    }
    return {
      tried: this.#count,
      elapsed: this.#elapsed(),
      finds: this.#settings.keepGoing ? finds : finds.slice(0, 1),
      counts,
      troubles: tried.filter(({ trouble }) => trouble !== undefined),
    };
  }

  #take(): number | undefined {
    const { last, timeBudget, signal } = this.#settings;
    const isLate = timeBudget !== undefined && this.#elapsed() > timeBudget;
    if (this.#isOver || isLate || signal.aborted || this.#next > last) return undefined;
    return this.#next++;
  }

  #note(tried: Tried): void {
    const { keepGoing, first, last, onProgress } = this.#settings;
    this.#count++;
    if (tried.found.length > 0 || tried.trouble !== undefined) this.#tried.push(this.#lean(tried));
    if (tried.found.length > 0 && !keepGoing) this.#isOver = true;
    onProgress?.({
      tried: this.#count,
      of: last - first + 1,
      elapsed: this.#elapsed(),
      kinds: this.#lowest.size,
    });
  }

  /** Without the case where lower numbers showed all of it: a long hunt finds the same a thousand times. */
  #lean(tried: Tried): Tried {
    let isNew = false;
    for (const kind of tried.found.map(nameWords)) {
      const lowest = this.#lowest.get(kind) ?? Number.POSITIVE_INFINITY;
      if (tried.number >= lowest) continue;
      isNew = true;
      this.#lowest.set(kind, tried.number);
    }
    return isNew ? tried : { ...tried, case: undefined };
  }

  #elapsed(): Nanoseconds {
    return (performance.now() - this.#began) * MILLISECOND;
  }
}

/** One thread, which tries one case at a time. */
class Hunter implements AsyncDisposable {
  readonly #worker: Worker;

  constructor(settings: HunterSettings) {
    this.#worker = new Worker(module, { workerData: settings });
  }

  try(number: number): Promise<HunterReply> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number): void =>
        reject(
          new HarnessError("internal", `a thread of the hunt ended with code ${code} in case ${number}`),
        );
      this.#worker.once("error", reject);
      this.#worker.once("exit", onExit);
      this.#worker.once("message", (reply: HunterReply) => {
        this.#worker.off("error", reject);
        this.#worker.off("exit", onExit);
        resolve(reply);
      });
      this.#worker.postMessage(number);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
