import { jsonSchema } from "#core/json";
import type { Target } from "#core/target";
import { MILLISECOND } from "#core/units";
import { ABOUT_THE_END } from "../../judge/expectations.ts";
import type { ScriptedCase } from "../case.ts";
import type { Pass } from "./pass.ts";

/** Target options at their defaults, one by one. */
export const defaultOptions = (target: Target): Pass => ({
  name: "options",
  *candidates(one) {
    const defaults = target.options.safeParse({});
    if (!defaults.success) return;
    for (const [name, usual] of Object.entries(defaults.data as Record<string, unknown>)) {
      if (usual === undefined || JSON.stringify(one.targetOptions[name]) === JSON.stringify(usual)) continue;
      yield { ...one, targetOptions: { ...one.targetOptions, [name]: jsonSchema.parse(usual) } };
    }
  },
});

/** The network that the target asks for. */
export const usualNetwork: Pass = {
  name: "network",
  *candidates(one) {
    const { priorities } = one.network;
    if (Object.keys(one.network).length > 0) yield { ...one, network: {} };
    if (priorities === undefined || priorities.changes === 0) return;
    for (const changes of [0, priorities.changes - 1])
      yield { ...one, network: { ...one.network, priorities: { ...priorities, changes } } };
  },
};

/** What the verdict of some models is made of: without it they would be refuted by what was not looked at. */
const needsFinalReads = ({ shows }: ScriptedCase): boolean =>
  shows === undefined || ABOUT_THE_END.includes(shows.model) || shows.model === "crdt-semantics";

/** No final reads, where the anomaly does not go by them; else none of keys that nobody uses. */
export const fewerFinalReads: Pass = {
  name: "final reads",
  *candidates(one) {
    const { operations, finalReads } = one.load;
    if (finalReads.length === 0) return;
    if (!needsFinalReads(one)) yield { ...one, load: { ...one.load, finalReads: [] } };
    const used = new Set(operations.map(({ key }) => key));
    const left = finalReads.filter(({ key }) => used.has(key));
    if (left.length < finalReads.length) yield { ...one, load: { ...one.load, finalReads: left } };
  },
};

/** No reads before the final ones. */
export const noProbes: Pass = {
  name: "probes",
  *candidates(one) {
    if (one.ending.probes) yield { ...one, ending: { ...one.ending, probes: false } };
  },
};

/**
 * A short time before the final reads. Last of all: so the case is known to show the same after a long time, in which what
 * was merely late would have arrived.
 */
export const shortQuiet: Pass = {
  name: "quiet",
  *candidates(one) {
    for (const quiet of [0, 10 * MILLISECOND, 100 * MILLISECOND, 500 * MILLISECOND])
      if (quiet < one.ending.quiet) yield { ...one, ending: { ...one.ending, quiet } };
  },
};
