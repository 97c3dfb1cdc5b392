import type { Generator, GeneratorContext } from "#core/generator";
import type { Invocation, ObjectSpec } from "#core/operation";
import type { Random } from "#core/random";
import type { WorkloadRun } from "#core/workload";
import { workloads } from "../../workloads/registry.ts";

/** What clients of a store with one leader do in these tests. */
export interface LeaderWorkload {
  readonly objects: readonly ObjectSpec[];
  create(random: Random): WorkloadRun;
}

const spec = (type: ObjectSpec["type"]): ObjectSpec => ({
  keys: "*",
  type,
  initial: null,
  order: "unknown",
  uniqueWrites: type === "set",
  siblings: false,
});

const READS = 0.3;

/** Increments of a few counters, one by one. */
function counters(): WorkloadRun {
  const key = ({ random }: GeneratorContext): string => `c${random.int(3)}`;
  const generator: Generator = {
    next: (context) =>
      context.random.chance(READS)
        ? { f: "read", key: key(context), value: null, object: "counter" }
        : { f: "increment", key: key(context), value: 1, object: "counter" },
  };
  const finalReads = (): Invocation[] =>
    [0, 1, 2].map((i) => ({ f: "read", key: `c${i}`, value: null, object: "counter" }));
  return { generator, finalReads };
}

/** Elements are added to carts once, and half of them are removed later. */
function carts(): WorkloadRun {
  let added = 0;
  const removable: number[] = [];
  const keyOf = (element: number): string => `cart${element % 3}`;
  const generator: Generator = {
    next: ({ random }) => {
      if (random.chance(READS)) return { f: "read", key: keyOf(random.int(3)), value: null, object: "set" };
      const element = random.chance(0.5) ? removable.shift() : undefined;
      if (element !== undefined) return { f: "remove", key: keyOf(element), value: element, object: "set" };
      removable.push(added);
      return { f: "add", key: keyOf(added), value: added++, object: "set" };
    },
  };
  const finalReads = (): Invocation[] =>
    [0, 1, 2].map((i) => ({ f: "read", key: keyOf(i), value: null, object: "set" }));
  return { generator, finalReads };
}

/** A workload by the name that a bug's setting gives it. */
export function leaderWorkload(name: string): LeaderWorkload {
  if (name === "like-counter") return { objects: [spec("counter")], create: counters };
  if (name === "shopping-cart") return { objects: [spec("set")], create: carts };
  const workload = workloads[name];
  if (workload === undefined) throw new Error(`no workload ${name}`);
  return {
    objects: workload.objects,
    create: (random) =>
      workload.create({ options: workload.options.parse({}), random, nodes: [], clients: 5 }),
  };
}
