import type { ScriptedCase } from "./case.ts";

/** How often a case showed what is looked for. */
export interface Shown {
  readonly shown: number;
  readonly tries: number;
}

/** Runs cases and says whether they still show the anomaly. */
export interface Oracle {
  /** Whether the case shows it; false without a run once the budget is used up. */
  shows(one: ScriptedCase): Promise<boolean>;
  readonly isOver: boolean;
  /** Runs so far. */
  readonly runs: number;
}

export interface OracleSettings {
  /** Runs a case once. @returns whether it shows the anomaly. Rejects only on a bug: a run that fails does not show it. */
  run(one: ScriptedCase): Promise<boolean>;
  /** Whether there is time for one more run. */
  hasTime(): boolean;
  /** Most runs of each case, of which one must show the anomaly: the first that does is the last. A simulation needs one. */
  readonly tries: number;
  /** Told of each case that was run. */
  onTried?(one: ScriptedCase, shown: Shown): void;
}

/** Remembers what it ran: passes come back to the same case again and again. */
export class CachingOracle implements Oracle {
  readonly #settings: OracleSettings;
  readonly #known = new Map<string, boolean>();
  #runs = 0;

  constructor(settings: OracleSettings) {
    this.#settings = settings;
  }

  get runs(): number {
    return this.#runs;
  }

  get isOver(): boolean {
    return !this.#settings.hasTime();
  }

  async shows(one: ScriptedCase): Promise<boolean> {
    const text = JSON.stringify(one);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const result = await this.#try(one);
    if (result !== undefined) this.#known.set(text, result);
    return result ?? false;
  }

  async #try(one: ScriptedCase): Promise<boolean | undefined> {
    let isShown = false;
    let tries = 0;
    while (!isShown && tries < this.#settings.tries && !this.isOver) {
      this.#runs++;
      tries++;
      isShown = await this.#settings.run(one);
    }
    if (tries > 0) this.#settings.onTried?.(one, { shown: isShown ? 1 : 0, tries });
    return isShown || tries === this.#settings.tries ? isShown : undefined;
  }
}
