import type { KeyVerdict, KeyVerdicts } from "#core/checker";
import type { CheckerFacts } from "./agenda.ts";
import type { Reply } from "./messages.ts";
import type { Slice } from "./time-plan.ts";

type Verdicts = Extract<Reply, { type: "verdicts" }>;

/** A check under way whose keys are judged by the worker that began it and by others that have nothing else to do. */
export class SharedCheck {
  readonly checker: CheckerFacts;
  readonly #slice: Slice;
  readonly #began: number;
  readonly #chunks: (readonly number[])[];
  readonly #verdicts = new Map<number, KeyVerdict>();
  readonly #helpers: Promise<void>[] = [];
  #failure: Error | undefined;
  #isShort = false;

  /** `slice`: of the whole check, from `began` on the clock of `performance`. */
  constructor(checker: CheckerFacts, chunks: readonly (readonly number[])[], slice: Slice, began: number) {
    this.checker = checker;
    this.#chunks = [...chunks];
    this.#slice = slice;
    this.#began = began;
  }

  /** Whether there are keys that nobody has taken. */
  get isOpen(): boolean {
    return this.#chunks.length > 0;
  }

  /** Whether a worker had to end for want of memory: the verdicts are not all there. */
  get isShortOfMemory(): boolean {
    return this.#isShort;
  }

  /** What is left of its time. */
  get left(): Slice {
    const elapsed = performance.now() - this.#began;
    const { check, proof, kill } = this.#slice;
    return { check: check - elapsed, proof: proof - elapsed, kill: kill - elapsed };
  }

  /** Judges keys until none are left that nobody has taken. */
  async judge(judgeKeys: (keys: readonly number[]) => Promise<Verdicts>): Promise<void> {
    for (let keys = this.#chunks.shift(); keys !== undefined; keys = this.#chunks.shift()) {
      const { verdicts, usedUp } = await judgeKeys(keys);
      for (const [key, verdict] of verdicts) this.#verdicts.set(key, verdict);
      if (usedUp !== "memory") continue;
      this.#isShort = true;
      this.close();
    }
  }

  /** `helping`: another worker's `judge`. It never rejects: its failure is that of the whole check. */
  help(helping: Promise<void>): Promise<void> {
    const helped = helping.catch((error: unknown) => {
      this.#failure ??= error as Error;
      this.close();
    });
    this.#helpers.push(helped);
    return helped;
  }

  /** The verdicts of all keys, once the helpers are done. @throws what ended one of them */
  async verdicts(): Promise<KeyVerdicts> {
    await Promise.all(this.#helpers);
    if (this.#failure !== undefined) throw this.#failure;
    return this.#verdicts;
  }

  /** Nobody is to take any more keys. */
  close(): void {
    this.#chunks.length = 0;
  }
}
