import { HarnessError } from "#core/errors";
import type { Target } from "#core/target";
import { MILLISECOND, SECOND, type Nanoseconds } from "#core/units";
import type { Expectation } from "#core/verdict";
import type { Workload } from "#core/workload";
import type { Fault } from "#core/nemesis";
import { faultPackages, faults as allFaults } from "../nemeses/registry.ts";
import { chooseEnvironment, type EnvironmentName } from "./environment.ts";
import { unknownName } from "./nearest.ts";
import { parseSchemaOptions } from "./schema-options.ts";
import { durationFlag, expectationsFlag, integerFlag, numberFlag } from "./values.ts";

/** Everything that one run was asked to do, validated. */
export interface RunSettings {
  readonly target: Target;
  readonly targetOptions: unknown;
  readonly workload: Workload;
  readonly workloadOptions: unknown;
  readonly environment: EnvironmentName;
  readonly nodes: readonly string[];
  readonly clients: number;
  readonly rate: number | undefined;
  readonly time: Nanoseconds;
  readonly faults: Readonly<Record<string, Fault>>;
  readonly faultNames: readonly string[];
  readonly faultDuration: Nanoseconds | undefined;
  readonly seed: string;
  readonly expectations: readonly Expectation[];
  readonly out: string;
  readonly operationTimeout: Nanoseconds;
  readonly convergeWithin: Nanoseconds;
  readonly minOk: number;
  readonly minDuringFault: number;
  /** The command that repeats this run. */
  readonly command: string;
}

/** Flags as commander parsed them, before validation. */
export type RunFlags = Readonly<Record<string, unknown>>;

const text = (flags: RunFlags, name: string): string | undefined => {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
};

const DEFAULT_TIME = 30 * SECOND;
const DEFAULT_TIMEOUT = SECOND;
const DEFAULT_CONVERGE_WITHIN = 30 * SECOND;

/** @throws HarnessError `usage`, `unknown-name` */
export function runSettings(
  target: Target,
  workload: Workload,
  flags: RunFlags,
  command: string,
): RunSettings {
  const seed = text(flags, "seed") ?? String(Math.floor(performance.timeOrigin * 1000) % 1_000_000_007);
  const targetOptions = parseSchemaOptions(target.options, flags);
  const nodes = nodeNames(target, integer(flags, "nodes", "--nodes", 1) ?? target.defaults.nodes);
  const faultNames = names(text(flags, "faults"));
  const expect = text(flags, "expect");
  const faults = chosenFaults(faultNames, target, nodes.length);
  return {
    target,
    targetOptions,
    workload,
    workloadOptions: parseSchemaOptions(workload.options, flags),
    environment: chooseEnvironment(target, text(flags, "env")),
    nodes,
    clients: integer(flags, "clients", "--clients", 1) ?? target.defaults.clients,
    rate: number(flags, "rate", "--rate", 0.001),
    time: duration(flags, "time", "--time") ?? DEFAULT_TIME,
    faults,
    faultNames,
    faultDuration: duration(flags, "faultDuration", "--fault-duration"),
    seed,
    expectations:
      expect === undefined
        ? target
            .claims(targetOptions, {
              workload: workload.name,
              nodes: nodes.length,
              faults: Object.keys(faults),
            })
            .filter(({ model }) => workload.models.includes(model))
        : expectationsFlag(expect),
    out: text(flags, "out") ?? "runs",
    operationTimeout: duration(flags, "opTimeout", "--op-timeout") ?? DEFAULT_TIMEOUT,
    convergeWithin: duration(flags, "convergeWithin", "--converge-within") ?? DEFAULT_CONVERGE_WITHIN,
    minOk: integer(flags, "minOk", "--min-ok", 0) ?? 100,
    minDuringFault: integer(flags, "minDuringFault", "--min-during-fault", 0) ?? 1,
    command: command.includes("--seed") ? command : `${command} --seed ${seed}`,
  };
}

const nodeNames = (target: Target, count: number): string[] =>
  Array.from({ length: count }, (_, i) => target.nodeName?.(i) ?? `n${i + 1}`);

const names = (list: string | undefined): string[] =>
  list === undefined || list === "none" ? [] : list.split(",").map((name) => name.trim());

/** The faults behind the names a user gave. @throws HarnessError `unknown-name`, `usage` */
function chosenFaults(chosen: readonly string[], target: Target, nodes: number): Record<string, Fault> {
  const found: Record<string, Fault> = {};
  for (const name of chosen) {
    for (const member of faultPackages[name] ?? [name]) {
      const fault = allFaults[member];
      if (fault === undefined)
        throw unknownName("fault", name, [...Object.keys(faultPackages), ...Object.keys(allFaults), "none"]);
      const reason = unsupported(target, fault);
      if (reason !== undefined && faultPackages[name] === undefined) {
        throw new HarnessError("usage", `--faults ${member}: ${target.name} cannot: ${reason}`);
      }
      if (reason === undefined) found[member] = fault;
    }
    if (nodes < 2 && name.startsWith("partition")) {
      throw new HarnessError("usage", `--faults ${name}: a partition needs at least two nodes`, {
        hint: "--nodes 3",
      });
    }
  }
  return found;
}

/** Why a target cannot suffer a fault, if it cannot. */
const unsupported = (target: Target, fault: Fault): string | undefined =>
  target.unsupportedFaults?.[fault.name] ??
  (fault.aimsAtLeader && target.leader === undefined ? "it does not tell its leader" : undefined);

const duration = (flags: RunFlags, name: string, flag: string): Nanoseconds | undefined => {
  const value = text(flags, name);
  return value === undefined ? undefined : Math.max(MILLISECOND, durationFlag(flag, value));
};
const integer = (flags: RunFlags, name: string, flag: string, minimum: number): number | undefined => {
  const value = text(flags, name);
  return value === undefined ? undefined : integerFlag(flag, value, minimum);
};
const number = (flags: RunFlags, name: string, flag: string, minimum: number): number | undefined => {
  const value = text(flags, name);
  return value === undefined ? undefined : numberFlag(flag, value, minimum);
};
