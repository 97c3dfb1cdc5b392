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
export function objectsOf(chosen: Chosen): ObjectSpec[] {
  const { target, targetOptions, workload } = chosen;
  const kept = isMade(chosen) ? undefined : target.objects?.(targetOptions, workload.objects);
  return [...(kept ?? workload.objects)];
}

/** Whether an application makes the workload's objects out of the store's. */
const isMade = ({ workload, workloadOptions }: Chosen): boolean =>
  workload.application?.(workloadOptions) !== undefined;

/** Objects that an application makes are registers to the store, of which nobody knows who writes them. */
const asRegister = (spec: ObjectSpec): ObjectSpec =>
  spec.type === "register"
    ? spec
    : { ...spec, type: "register", initial: null, order: "unknown", uniqueWrites: false };

/** What the store claims of the models that the workload decides, as far as the workload's options leave it. */
export function promisesOf(
  chosen: Chosen,
  { nodes, faults }: { readonly nodes: number; readonly faults: readonly string[] },
): readonly Expectation[] {
  const { target, targetOptions, workload, workloadOptions } = chosen;
  const made = isMade(chosen);
  const objects = made ? workload.objects.map(asRegister) : workload.objects;
  const claims = target
    .claims(targetOptions, { workload: workload.name, objects, nodes, faults })
    // What the application makes is no replicated data type, whatever the store keeps below it.
    .filter(({ model }) => workload.models.includes(model) && !(made && model === "crdt-semantics"));
  return workload.expectations?.(workloadOptions, claims, { faults }) ?? claims;
}

interface Surroundings {
  readonly runtime: Runtime;
  readonly nodes: readonly Endpoint[];
  /** Each session draws from a stream of its own. */
  readonly random: Random;
  readonly timeout: Nanoseconds;
  /** Puts something between every session and the store, below the application. */
  readonly wrap?: (client: Client) => Client;
}

/** Opens the sessions of one run, those of its application on top of those with the store. */
export function sessionsOf(chosen: Chosen, surroundings: Surroundings): (process: number) => Client {
  const { target, targetOptions: options, workload, workloadOptions } = chosen;
  const { runtime, nodes, random, timeout, wrap = (client) => client } = surroundings;
  const application: Application | undefined = workload.application?.(workloadOptions);
  const memories = new Map<number, Map<string, unknown>>();
  const memoryOf = (process: number): Map<string, unknown> => {
    const memory = memories.get(process) ?? new Map<string, unknown>();
    memories.set(process, memory);
    return memory;
  };
  return (process) => {
    const client = wrap(
      target.createClient({
        runtime,
        options,
        workload: workload.name,
        nodes,
        process,
        memory: memoryOf(process),
        random: random.fork(String(process)),
        timeout,
      }),
    );
    return application?.session(client, { runtime, process }) ?? client;
  };
}
