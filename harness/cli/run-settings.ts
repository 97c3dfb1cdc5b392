import { HarnessError } from "#core/errors";
import type { Endpoint } from "#core/runtime";
import type { Target } from "#core/target";
import { MILLISECOND, SECOND, type Nanoseconds } from "#core/units";
import type { Expectation } from "#core/verdict";
import type { Workload } from "#core/workload";
import type { Fault, FaultSchedule, TargetHook } from "#core/nemesis";
import { CAPABILITIES, INCAPABLE } from "../cluster/capabilities.ts";
import type { TestEnding } from "../engine/run-test.ts";
import { promisesOf } from "../engine/sessions.ts";
import { hooksOf } from "../engine/target-hooks.ts";
import { type FaultTargets, parseTargets } from "../nemeses/targets.ts";
import { faultPackages, faults as allFaults } from "../nemeses/registry.ts";
import { chooseEnvironment, type EnvironmentName } from "./environment.ts";
import type { Thresholds } from "../metrics/schema.ts";
import { thresholdsFlag } from "./metrics.ts";
import { acceptableDelayFlag } from "./acceptable-delay.ts";
import { CLIENT_PORT } from "../cluster/node/real-node.ts";
import { type DescribedCluster, nodesFlag, readClusterFile } from "./existing/cluster-file.ts";
import { ownFault } from "./existing/own-fault.ts";
import { MIN_DURING_FAULT, MIN_OK } from "../judge/sufficiency.ts";
import { unknownName } from "./nearest.ts";
import { parseSchemaOptions } from "./schema-options.ts";
import { durationFlag, expectationsFlag, integerFlag, numberFlag } from "./values.ts";

/** Everything that one run was asked to do, validated. */
export interface RunSettings {
  readonly target: Target;
  /** Path of the user's module that the target is from; undefined: it is one of riftcheck's own. */
  readonly module: string | undefined;
  readonly targetOptions: unknown;
  readonly workload: Workload;
  readonly workloadOptions: unknown;
  readonly environment: EnvironmentName;
  /** Of a cluster that already runs: where it is, and how it is broken. */
  readonly described?: DescribedCluster;
  readonly nodes: readonly string[];
  readonly clients: number;
  readonly rate: number | undefined;
  readonly time: Nanoseconds;
  readonly faults: Readonly<Record<string, Fault>>;
  readonly faultNames: readonly string[];
  readonly faultDuration: Nanoseconds | undefined;
  readonly overlapFaults: boolean;
  readonly faultTargets: FaultTargets | undefined;
  /** Whether a majority of the nodes is spared, and what was synced. */
  readonly merciful: boolean;
  readonly seed: string;
  readonly expectations: readonly Expectation[];
  readonly out: string;
  readonly operationTimeout: Nanoseconds;
  readonly convergeWithin: Nanoseconds;
  readonly thresholds: Thresholds;
  /** Whether an alarm of a metric breaks the run. */
  readonly gate: boolean;
  /** Convergence delay that triage accepts. */
  readonly acceptableDelay: Nanoseconds;
  readonly minOk: number;
  readonly minDuringFault: number;
  /** Faults and ending as they were in a run that is replayed; left out: planned by the seed. */
  readonly replayed?: { readonly schedule: FaultSchedule; readonly ending?: TestEnding };
  /** The command that repeats this run. */
  readonly command: string;
}

/** Flags as commander parsed them, before validation. */
export type RunFlags = Readonly<Record<string, unknown>>;

const text = (flags: RunFlags, name: string): string | undefined => {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
};

/** Nodes for which a plan is made only to learn its ports. */
const PLACES: readonly Endpoint[] = [1, 2, 3, 4, 5, 6].map((i) => ({
  node: `n${i}`,
  host: `10.64.0.${10 + i}`,
  ports: {},
}));

const DEFAULT_TIME = 30 * SECOND;
export const DEFAULT_TIMEOUT = SECOND;
export const DEFAULT_CONVERGE_WITHIN = 30 * SECOND;

/** A seed where the user gave none. */
export const newSeed = (): string => String(Math.floor(performance.timeOrigin * 1000) % 1_000_000_007);

/** @throws HarnessError `usage`, `unknown-name` */
export function runSettings(
  target: Target,
  workload: Workload,
  flags: RunFlags,
  command: string,
  module?: string,
): RunSettings {
  const seed = text(flags, "seed") ?? newSeed();
  const targetOptions = parseSchemaOptions(target.options, flags);
  const clusterFile = text(flags, "cluster");
  const environment = chooseEnvironment(target, text(flags, "env") ?? (clusterFile && "existing"));
  if (clusterFile !== undefined && environment !== "existing")
    throw new HarnessError("usage", `--cluster is for --env existing, not for ${environment}`);
  const described = environment === "existing" ? describedCluster(target, targetOptions, flags) : undefined;
  const usualNodes = target.defaultNodes?.(targetOptions) ?? target.defaults.nodes;
  const nodes =
    described?.endpoints.map(({ node }) => node) ??
    nodeNames(target, integer(flags, "nodes", "--nodes", 1) ?? usualNodes);
  const thresholds = thresholdsFlag(text(flags, "thresholds"));
  const faultNames = names(text(flags, "faults"));
  const expect = text(flags, "expect");
  const merciful = flags["mercy"] !== false;
  const scene = { target, targetOptions, environment, merciful, nodes: nodes.length };
  const faults =
    described === undefined ? chosenFaults(faultNames, scene) : chosenOwn(faultNames, described, scene);
  const faultTargets = text(flags, "faultTargets");
  const workloadOptions = parseSchemaOptions(workload.options, flags);
  return {
    target,
    module,
    targetOptions,
    workload,
    workloadOptions,
    environment,
    ...(described === undefined ? {} : { described }),
    nodes,
    clients: integer(flags, "clients", "--clients", 1) ?? target.defaults.clients,
    rate: number(flags, "rate", "--rate", 0.001),
    time: duration(flags, "time", "--time") ?? DEFAULT_TIME,
    faults,
    faultNames,
    faultDuration: duration(flags, "faultDuration", "--fault-duration"),
    overlapFaults: flags["overlapFaults"] === true,
    faultTargets: faultTargets === undefined ? undefined : parseTargets(faultTargets, nodes),
    merciful,
    seed,
    expectations:
      expect === undefined
        ? asFarAsDataLasts(
            promisesOf(
              { target, targetOptions, workload, workloadOptions },
              {
                nodes: nodes.length,
                faults: Object.keys(faults).flatMap((name) => likeOf(name, described)),
              },
            ),
            faults,
          )
        : expectationsFlag(expect),
    out: text(flags, "out") ?? "runs",
    operationTimeout: duration(flags, "opTimeout", "--op-timeout") ?? DEFAULT_TIMEOUT,
    convergeWithin: duration(flags, "convergeWithin", "--converge-within") ?? DEFAULT_CONVERGE_WITHIN,
    thresholds,
    acceptableDelay:
      acceptableDelayFlag(text(flags, "acceptableDelay")) ??
      Math.round(thresholds.replication_lag_seconds * SECOND),
    gate: flags["gate"] === true,
    minOk: integer(flags, "minOk", "--min-ok", 0) ?? MIN_OK,
    minDuringFault: integer(flags, "minDuringFault", "--min-during-fault", 0) ?? MIN_DURING_FAULT,
    command: command.includes("--seed") ? command : `${command} --seed ${seed}`,
  };
}

/** What a store promises holds of the data that it was told is safe; no promise covers what is destroyed afterwards. */
function asFarAsDataLasts(
  promises: readonly Expectation[],
  faults: Readonly<Record<string, Fault>>,
): readonly Expectation[] {
  const destroyer = Object.values(faults).find(({ merciless }) => merciless === "destroys what was synced");
  if (destroyer === undefined) return promises;
  const reason = `${destroyer.name} destroys what was synced`;
  return promises.map((promise) =>
    promise.is === "holds" ? { ...promise, is: "may-break", reason } : promise,
  );
}

export const nodeNames = (target: Target, count: number): string[] =>
  Array.from({ length: count }, (_, i) => target.nodeName?.(i) ?? `n${i + 1}`);

/** Names with commas between them; none for `none`. */
export const names = (list: string | undefined): string[] =>
  list === undefined || list === "none" ? [] : list.split(",").map((name) => name.trim());

/** Where faults are to happen. */
export interface Scene {
  readonly target: Target;
  readonly targetOptions: unknown;
  readonly environment: EnvironmentName;
  readonly nodes: number;
  /** Whether packages leave out what no store can be asked to bear. */
  readonly merciful?: boolean;
}

/**
 * The faults behind the names a user gave; those of a package that cannot be are left out.
 * @throws HarnessError `unknown-name`, `usage`
 */
export function chosenFaults(chosen: readonly string[], scene: Scene): Record<string, Fault> {
  const found: Record<string, Fault> = {};
  for (const name of chosen) {
    const members = (faultPackages[name] ?? [name]).map((member) => allFaults[member]);
    const possible = members.flatMap((fault) => {
      if (fault === undefined)
        throw unknownName("fault", name, [...Object.keys(faultPackages), ...Object.keys(allFaults), "none"]);
      if (members.length > 1 && scene.merciful === true && fault.merciless !== undefined) return [];
      return whyNot(fault, scene) === undefined ? [fault] : [];
    });
    const [first] = members;
    if (possible.length === 0 && first !== undefined) {
      const reason = whyNot(first, scene) ?? `it ${first.merciless ?? "is not possible"}: --no-mercy`;
      throw new HarnessError("usage", `--faults ${name}: ${reason}`);
    }
    for (const fault of possible) found[fault.name] = fault;
  }
  return found;
}

/** Faults of a cluster that already runs: the user's own commands, `all` of them or by their names. @throws HarnessError `usage` */
function chosenOwn(
  chosen: readonly string[],
  described: DescribedCluster,
  scene: Scene,
): Record<string, Fault> {
  const own = described.faults;
  const asked = chosen.includes("all") ? Object.keys(own) : chosen;
  return Object.fromEntries(
    asked.map((name) => {
      const commands = Object.hasOwn(own, name) ? own[name] : undefined;
      if (commands === undefined && (faultPackages[name] !== undefined || allFaults[name] !== undefined))
        throw new HarnessError(
          "usage",
          `--faults ${name}: riftcheck does not break by itself what it did not start`,
          { hint: "name commands of yours in a file, --cluster <file> (docs/adding-a-target.md)" },
        );
      if (commands === undefined) throw unknownName("fault", name, [...Object.keys(own), "none"]);
      const fault = ownFault(name, commands);
      const reason = whyNot(fault, scene);
      if (reason !== undefined) throw new HarnessError("usage", `--faults ${name}: ${reason}`);
      return [name, fault];
    }),
  );
}

/** The faults whose harm may come of this one: claims know those. Of the user's own, which say nothing else, any harm. */
function likeOf(name: string, described: DescribedCluster | undefined): readonly string[] {
  const own = described?.faults[name];
  if (own === undefined) return [name];
  const { like = "all" } = own;
  const members = faultPackages[like] ?? (allFaults[like] === undefined ? undefined : [like]);
  if (members === undefined)
    throw new HarnessError("usage", `faults.${name}.like: there is no fault or package ${like}`);
  return [name, ...members];
}

/** What `--cluster` or `--nodes` says of a cluster that already runs. @throws HarnessError `usage` */
function describedCluster(target: Target, options: unknown, flags: RunFlags): DescribedCluster {
  const ports = target.environments.docker?.(options, PLACES)?.ports ?? { client: CLIENT_PORT };
  const file = text(flags, "cluster");
  const addresses = text(flags, "nodes");
  if (file !== undefined && addresses !== undefined)
    throw new HarnessError("usage", "--nodes and --cluster both name the nodes: expected one of them");
  if (file !== undefined) return readClusterFile(file, ports);
  if (addresses === undefined)
    throw new HarnessError("usage", "--env existing: expected --nodes host:port,… or --cluster <file>");
  return nodesFlag(addresses, ports);
}

/** Why a fault cannot be, if it cannot. */
function whyNot(fault: Fault, scene: Scene): string | undefined {
  const { target, environment, nodes } = scene;
  const refused =
    target.unsupportedFaults?.[fault.name] ?? (fault.aimsAtLeader ? leaderless(scene) : undefined);
  if (refused !== undefined) return `${target.name} cannot: ${refused}`;
  if (fault.hook !== undefined && !hooksOf(target, scene.targetOptions).includes(fault.hook))
    return `${target.name} cannot: ${HOOKLESS[fault.hook]}`;
  const missing = fault.needs?.find((capability) => !CAPABILITIES[environment].includes(capability));
  if (missing !== undefined) return `not with --env ${environment}: ${INCAPABLE[missing]}`;
  const needsDisk = fault.needs?.some((need) => need === "power" || need === "disk") ?? false;
  if (environment === "docker" && needsDisk && !keepsData(scene))
    return `${target.name} does not say where its processes keep their data`;
  const { nodesMin = 1 } = fault;
  return nodes < nodesMin ? `needs at least ${nodesMin} nodes: --nodes ${nodesMin}` : undefined;
}

/** Whether each node of the target in containers has a process that names its folder; home-made stores all do. */
function keepsData({ target, targetOptions, nodes }: Scene): boolean {
  const names = nodeNames(target, nodes);
  const plan = target.environments.docker?.(
    targetOptions,
    // What addresses there will be, does not matter.
    names.map((node, i) => ({ node, host: `192.0.2.${i + 1}`, ports: {} })),
  );
  return (
    plan?.nodes.every(({ processes }) => processes.some(({ data }) => data !== undefined)) ??
    target.environments.sim !== undefined
  );
}

const HOOKLESS: Readonly<Record<TargetHook, string>> = {
  transferLeader: "with these options it has no way to hand leadership over",
  membership: "with these options its members do not change",
};

function leaderless({ target, targetOptions }: Scene): string | undefined {
  if (target.leader === undefined) return "it does not tell its leader";
  return target.hasLeader?.(targetOptions) === false ? "with these options it has no leader" : undefined;
}

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
