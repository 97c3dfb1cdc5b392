import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HarnessError } from "#core/errors";
import type { Target } from "#core/target";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import type { EnvironmentName } from "../cli/environment.ts";
import { executeRun } from "../cli/execute-run.ts";
import type { Terminal } from "../cli/terminal.ts";
import type { AnomalyName } from "./case.ts";
import { CachingOracle, type OracleSettings } from "./oracle.ts";
import { showsAgain } from "./quarry.ts";
import { replaySettings } from "./replay-settings.ts";

export interface RealOracleOptions {
  readonly target: Target;
  readonly environment: EnvironmentName;
  readonly timeBudget: Nanoseconds;
  /** Runs of each case. */
  readonly tries: number;
  readonly terminal: Terminal;
  readonly onTried: NonNullable<OracleSettings["onTried"]>;
}

/** Runs each case several times on clusters made for it: what real time brings along decides anew each time. */
export class RealOracle extends CachingOracle implements Disposable {
  readonly #folder: string;

  constructor(shows: AnomalyName, options: RealOracleOptions) {
    const { target, environment, terminal, tries, onTried } = options;
    const folder = mkdtempSync(join(tmpdir(), "riftcheck-shrink-"));
    const end = performance.now() + options.timeBudget / MILLISECOND;
    let isInterrupted = false;
    super({
      tries,
      onTried,
      hasTime: () => performance.now() < end && !isInterrupted,
      run: async (one) => {
        try {
          const settings = replaySettings(one, { target, environment, out: folder, command: "" });
          const { verdict, exitCode } = await executeRun(settings, terminal);
          isInterrupted ||= exitCode === 130 || exitCode === 143;
          return showsAgain(verdict, shows);
        } catch (error) {
          // A cluster that cannot be set up would refuse every step: the user has to hear of it.
          if (error instanceof HarnessError && error.code === "fault-failed") return false;
          throw error;
        }
      },
    });
    this.#folder = folder;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
