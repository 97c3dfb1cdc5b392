import { resolve } from "node:path";
import { z } from "zod";
import { TYPE_OF_FUNCTION } from "#core/object-specs";
import type { ObjectType } from "#core/operation";
import { ACCEPTABLE_DELAY } from "#core/triage-classes";
import type { Target } from "#core/target";
import type { Workload } from "#core/workload";
import type { EnvironmentName } from "../cli/environment.ts";
import { isModule } from "../cli/find-target.ts";
import type { RunSettings } from "../cli/run-settings.ts";
import { workloads } from "../../workloads/registry.ts";
import { DEFAULT_THRESHOLDS } from "../metrics/measure.ts";
import { faults } from "../nemeses/registry.ts";
import type { ScriptedCase } from "./case.ts";
import { ScriptedRun } from "./script.ts";

export interface ReplayOptions {
  readonly target: Target;
  readonly environment: EnvironmentName;
  /** Where run folders are made. */
  readonly out: string;
  readonly command: string;
}

/** The settings of a whole run, with a folder and a report, that does what a case says. */
export function replaySettings(one: ScriptedCase, options: ReplayOptions): RunSettings {
  const { target, environment, out, command } = options;
  const names = [...new Set(one.schedule.map(({ fault }) => fault))];
  return {
    target,
    module: isModule(one.target) ? resolve(one.target) : undefined,
    targetOptions: target.options.parse(one.targetOptions),
    workload: scriptedWorkload(one),
    workloadOptions: one.workloadOptions,
    environment,
    nodes: one.nodes,
    clients: one.clients,
    rate: undefined,
    time: one.time,
    faults,
    faultNames: names,
    faultDuration: undefined,
    faultTargets: undefined,
    merciful: false,
    overlapFaults: true,
    thresholds: DEFAULT_THRESHOLDS,
    gate: false,
    acceptableDelay: ACCEPTABLE_DELAY,
    seed: one.seed,
    expectations: one.expectations,
    out,
    operationTimeout: one.operationTimeout,
    convergeWithin: one.convergeWithin,
    // A script is as long as it is: what it proves is for the reader to say.
    minOk: 0,
    minDuringFault: 0,
    replayed: { schedule: one.schedule, ending: one.ending },
    command,
  };
}

/** Operations recorded earlier. An application between them and the store is there again. */
export function scriptedWorkload(one: ScriptedCase): Workload {
  const original = Object.hasOwn(workloads, one.workload) ? workloads[one.workload] : undefined;
  const application = original?.application?.(original.options.parse(one.workloadOptions));
  return {
    name: one.workload,
    summary: "operations recorded earlier",
    options: z.record(z.string(), z.json()),
    objects: one.objects,
    models: [],
    ...(application === undefined ? {} : { application: () => application }),
    create: () => new ScriptedRun(one.load, one.objects, one.time),
  };
}

/** Reads of every key at the end, where none were recorded: without them nobody knows whether the nodes agree. */
export function withFinalReads(one: ScriptedCase): ScriptedCase {
  if (one.load.finalReads.length > 0) return one;
  const objects = new Map<string, ObjectType | undefined>();
  for (const { f, key, object } of one.load.operations) {
    if (key !== undefined) objects.set(key, objects.get(key) ?? object ?? TYPE_OF_FUNCTION[f]);
  }
  const finalReads = [...objects].map(([key, object]) => ({
    f: "read" as const,
    key,
    value: null,
    ...(object === undefined ? {} : { object }),
  }));
  return { ...one, load: { ...one.load, finalReads } };
}
