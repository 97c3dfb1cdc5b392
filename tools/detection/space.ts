import { SECOND } from "#core/units";
import type { Model } from "#core/verdict";
import { DEFAULT_TIMEOUT } from "../../harness/cli/run-settings.ts";
import type { ScriptedCase } from "../../harness/hunt/case.ts";
import type { HuntSpace } from "../../harness/hunt/draw-case.ts";
import type { Options } from "../../harness/hunt/draw-options.ts";
import type { Quarry } from "../../harness/hunt/quarry.ts";
import { workloads } from "../../workloads/registry.ts";
import type { Bug } from "../../targets/eventual/bugs/bug.ts";
import { settingsOf } from "../../targets/eventual/presets/presets.ts";
import { optionsSchema } from "../../targets/eventual/options.ts";

const NODES = 3;
/** Much longer than nodes take to agree that can reach each other. */
const CONVERGE_WITHIN = 5 * SECOND;

/**
 * The runs in which a bug is looked for: its own setting, while network, load and faults follow from the number of the run. What the
 * setting leaves open stays as it is by default: other options are other promises.
 * @param planted false: the same runs of the same store without the bug
 */
export function spaceOf(bug: Bug, planted: boolean): HuntSpace {
  const { options, workload, workloadOptions = {}, nodes = NODES, clients, operations, faults } = bug.shownBy;
  const { model, bound } = bug.expected;
  return {
    target: "eventual",
    seed: bug.name,
    faults,
    targetOptions: { ...options, bug: planted ? bug.name : "none" } as Options,
    workloadOptions: workloads[workload]!.options.parse(workloadOptions) as Options,
    workload,
    nodes,
    clients,
    operations,
    time: undefined,
    expectations: [{ model, is: "holds", ...(bound === undefined ? {} : { bound }) }],
    keepDefaults: true,
    operationTimeout: DEFAULT_TIMEOUT,
    convergeWithin: CONVERGE_WITHIN,
  };
}

/** The anomaly expected of a bug. */
export const quarryOf = ({ expected }: Bug): Quarry & { readonly models: Model[] } => ({
  types: [expected.anomaly],
  models: [expected.model],
});

/** The same run of the store as it should be. */
export const withoutBug = (one: ScriptedCase): ScriptedCase => ({
  ...one,
  targetOptions: { ...one.targetOptions, bug: "none" },
});

/** What a person sets to see the bug: every switch that its setting gives. */
export const settingWordsOf = ({ shownBy }: Bug): string => {
  const { preset } = settingsOf(optionsSchema.parse(shownBy.options));
  const others = Object.entries(shownBy.options).filter(([name]) => name !== "preset");
  return [preset, ...others.map(([name, value]) => `${name}=${String(value)}`)].join(" ");
};
