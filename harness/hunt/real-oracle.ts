import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HarnessError } from "#core/errors";
import type { Target } from "#core/target";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import type { EnvironmentName } from "../cli/environment.ts";
import { executeRun } from "../cli/execute-run.ts";
import type { Terminal } from "../cli/terminal.ts";
import type { AnomalyName, ScriptedCase } from "./case.ts";
import { CachingOracle, type OracleSettings, type Shown } from "./oracle.ts";
import { showsAgain } from "./quarry.ts";
import { replaySettings } from "./replay-settings.ts";

export interface RealOracleOptions {
  readonly target: Target;
  readonly environment: EnvironmentName;
  readonly timeBudget: Nanoseconds;
  /** Most runs of each case. */
  readonly tries: number;
  readonly terminal: Terminal;
  readonly onTried: NonNullable<OracleSettings["onTried"]>;
}

/** Runs each case up to several times on clusters made for it: what real time brings along decides anew each time. */
export class RealOracle extends CachingOracle implements Disposable {
  readonly #run: (one: ScriptedCase) => Promise<boolean>;
  readonly #tries: number;
  readonly #folder: string;
  readonly #interrupt: { isOver: boolean };

  constructor(shows: AnomalyName, options: RealOracleOptions) {
    const { tries, onTried } = options;
    const folder = mkdtempSync(join(tmpdir(), "riftcheck-shrink-"));
    const end = performance.now() + options.timeBudget / MILLISECOND;
    const interrupt = { isOver: false };
    const run = (one: ScriptedCase): Promise<boolean> => runOnce(one, { shows, options, folder, interrupt });
    super({ tries, onTried, hasTime: () => performance.now() < end && !interrupt.isOver, run });
    this.#run = run;
    this.#tries = tries;
    this.#folder = folder;
    this.#interrupt = interrupt;
  }

  /** How many of as many runs as a step has at most show the anomaly, whatever time is left. */
  async count(one: ScriptedCase): Promise<Shown> {
    let shown = 0;
    let tries = 0;
    for (; tries < this.#tries && !this.#interrupt.isOver; tries++) if (await this.#run(one)) shown++;
    return { shown, tries };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Around {
  readonly shows: AnomalyName;
  readonly options: RealOracleOptions;
  readonly folder: string;
  /** Set once a signal ended a run. */
  readonly interrupt: { isOver: boolean };
}

async function runOnce(one: ScriptedCase, { shows, options, folder, interrupt }: Around): Promise<boolean> {
  const { target, environment, terminal } = options;
  try {
    const settings = replaySettings(one, { target, environment, out: folder, command: "" });
    const { verdict, exitCode } = await executeRun(settings, terminal);
    interrupt.isOver ||= exitCode === 130 || exitCode === 143;
    return showsAgain(verdict, shows);
  } catch (error) {
    // A cluster that cannot be set up would refuse every step: the user has to hear of it.
    if (error instanceof HarnessError && error.code === "fault-failed") return false;
    throw error;
  }
}
