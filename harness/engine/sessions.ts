import type { Client } from "#core/client";
import type { ObjectSpec } from "#core/operation";
import type { Random } from "#core/random";
import type { Endpoint, Runtime } from "#core/runtime";
import type { Target } from "#core/target";
import type { Nanoseconds } from "#core/units";
import type { Expectation } from "#core/verdict";
import type { Application, Workload } from "#core/workload";

/** A store and what clients do with it, options chosen. */
export interface Chosen {
  readonly target: Target;
  readonly targetOptions: unknown;
  readonly workload: Workload;
  readonly workloadOptions: unknown;
}

/** What the header says of the objects: as the store keeps them, unless the application makes them itself. */
export function objectsOf({ target, targetOptions, workload, workloadOptions }: Chosen): ObjectSpec[] {
  const isStores = workload.application?.(workloadOptions) === undefined;
  const kept = isStores ? target.objects?.(targetOptions, workload.objects) : undefined;
  return [...(kept ?? workload.objects)];
}

/** What an application makes objects of. */
const REGISTERS: readonly ObjectSpec[] = [
  { keys: "*", type: "register", initial: null, order: "unknown", uniqueWrites: false, siblings: false },
];

/** What the store claims of the models that the workload decides, as far as the workload's options leave it. */
export function promisesOf(
  { target, targetOptions, workload, workloadOptions }: Chosen,
  { nodes, faults }: { readonly nodes: number; readonly faults: readonly string[] },
): readonly Expectation[] {
  const isStores = workload.application?.(workloadOptions) === undefined;
  const objects = isStores ? workload.objects : REGISTERS;
  const claims = target
    .claims(targetOptions, { workload: workload.name, objects, nodes, faults })
    .filter(({ model }) => workload.models.includes(model));
  return workload.expectations?.(workloadOptions, claims) ?? claims;
}

interface Surroundings {
  readonly runtime: Runtime;
  readonly nodes: readonly Endpoint[];
  /** Each session draws from a stream of its own. */
  readonly random: Random;
  readonly timeout: Nanoseconds;
}

/** Opens the sessions of one run, those of its application on top of those with the store. */
export function sessionsOf(chosen: Chosen, surroundings: Surroundings): (process: number) => Client {
  const { target, targetOptions: options, workload, workloadOptions } = chosen;
  const { runtime, nodes, random, timeout } = surroundings;
  const application: Application | undefined = workload.application?.(workloadOptions);
  return (process) => {
    const client = target.createClient({
      runtime,
      options,
      workload: workload.name,
      nodes,
      process,
      random: random.fork(String(process)),
      timeout,
    });
    return application?.session(client, { runtime, process }) ?? client;
  };
}
