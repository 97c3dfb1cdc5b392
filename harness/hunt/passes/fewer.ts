import type { ScriptedCase } from "../case.ts";
import { type Pass, withOperations } from "./pass.ts";

/** A kind of part that a case is made of, of which any may be left out. */
export interface Parts {
  readonly name: string;
  /** The parts of a case, by an id. */
  of(one: ScriptedCase): readonly unknown[];
  /** The case with these parts only. */
  keep(one: ScriptedCase, kept: readonly unknown[]): ScriptedCase;
}

/** Largest parts first: what one of them takes along need not be tried one by one. */
export const PARTS: readonly Parts[] = [
  {
    name: "faults",
    of: (one) => one.schedule,
    keep: (one, kept) => ({ ...one, schedule: kept as ScriptedCase["schedule"] }),
  },
  {
    name: "clients",
    of: (one) => [...new Set(one.load.operations.map(({ client }) => client))],
    keep: (one, kept) =>
      withOperations(
        one,
        one.load.operations.filter(({ client }) => kept.includes(client)),
      ),
  },
  {
    name: "keys",
    of: keysOf,
    keep: (one, kept) => {
      const isKept = ({ key }: { readonly key?: string | undefined }): boolean =>
        key === undefined || kept.includes(key);
      const { operations, finalReads } = one.load;
      return {
        ...one,
        load: {
          ...one.load,
          operations: operations.filter(isKept),
          finalReads: finalReads.filter(isKept),
        },
      };
    },
  },
  {
    name: "operations",
    of: (one) => one.load.operations,
    keep: (one, kept) => withOperations(one, kept as ScriptedCase["load"]["operations"]),
  },
];

function keysOf({ load }: ScriptedCase): string[] {
  const keys = [...load.operations, ...load.finalReads].flatMap(({ key }) =>
    key === undefined ? [] : [key],
  );
  return [...new Set(keys)];
}

/** Leaves out one operation, the last first. */
export const oneOperationFewer: Pass = {
  name: "one operation fewer",
  *candidates(one) {
    const { operations } = one.load;
    for (let i = operations.length - 1; i >= 0; i--) yield withOperations(one, operations.toSpliced(i, 1));
  },
};

/** Leaves out one fault, the last first. */
export const oneFaultFewer: Pass = {
  name: "one fault fewer",
  *candidates(one) {
    for (let i = one.schedule.length - 1; i >= 0; i--)
      yield { ...one, schedule: one.schedule.toSpliced(i, 1) };
  },
};
