import type { Anomaly, Model, StalenessBound } from "#core/verdict";
import type { Datatypes } from "../datatypes/datatypes.ts";
import type { EventualOptions } from "../options.ts";
import type { Rules } from "../rules.ts";

/** How a bug is shown: a short simulated run. */
export interface Setting {
  readonly options: Partial<EventualOptions>;
  readonly workload: string;
  readonly workloadOptions?: Readonly<Record<string, unknown>>;
  readonly nodes?: number;
  readonly clients?: number;
  /** Of all clients together. */
  readonly operations?: number;
  /** Names of faults; none: none are needed. */
  readonly faults: readonly string[];
}

/** One planted bug: a named switch with a documented effect and the anomaly expected of it. */
export interface Bug {
  readonly name: string;
  /** The mistake, in one sentence. */
  readonly mistake: string;
  /** What users see of it, in one sentence. */
  readonly effect: string;
  readonly expected: {
    readonly model: Model;
    readonly anomaly: Anomaly["type"];
    /** Of `bounded-staleness` only, and always there. */
    readonly bound?: StalenessBound;
  };
  readonly shownBy: Setting;
  /** The rules it breaks. */
  rules?(correct: Rules): Rules;
  /** The data types it breaks. */
  datatypes?(correct: Datatypes): Datatypes;
}
