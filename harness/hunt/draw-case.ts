import * as fc from "fast-check";
import { HarnessError } from "#core/errors";
import { jsonSchema } from "#core/json";
import { Random } from "#core/random";
import type { Target } from "#core/target";
import { MICROSECOND, MILLISECOND, SECOND, type Nanoseconds } from "#core/units";
import type { Expectation } from "#core/verdict";
import { workloads } from "../../workloads/registry.ts";
import { lookUp } from "../cli/nearest.ts";
import { VERSION } from "../cli/version.ts";
import { objectsOf, promisesOf } from "../engine/sessions.ts";
import { faults } from "../nemeses/registry.ts";
import { type Case, CASE_FORMAT } from "./case.ts";
import { type FaultDraft, faultsArbitrary, scheduleOf } from "./draw-faults.ts";
import { type Options, optionsArbitrary } from "./draw-options.ts";

/** What a hunt may vary, and what the user fixed. Plain data: it goes to other threads. */
export interface HuntSpace {
  /** A name of the registry or the file of a module. */
  readonly target: string;
  readonly seed: string;
  /** Names of single faults. */
  readonly faults: readonly string[];
  /** Given by the user; the others are drawn. */
  readonly targetOptions: Options;
  readonly workloadOptions: Options;
  /** Undefined: any of those that the target performs. */
  readonly workload: string | undefined;
  readonly nodes: number | undefined;
  readonly clients: number | undefined;
  readonly operations: number | undefined;
  readonly time: Nanoseconds | undefined;
  /** Undefined: what the target claims with the options drawn. */
  readonly expectations: readonly Expectation[] | undefined;
  /** Options of the target that the user left open stay as they are by default. */
  readonly keepDefaults: boolean;
  readonly operationTimeout: Nanoseconds;
  readonly convergeWithin: Nanoseconds;
}

interface Draft {
  readonly workload: string;
  readonly workloadOptions: Options;
  readonly targetOptions: Options;
  readonly nodes: number;
  readonly clients: number;
  readonly operations: number;
  readonly time: Nanoseconds;
  readonly faults: readonly FaultDraft[];
  readonly network: Case["network"];
}

/** How often options are drawn anew that do not go together. */
const DRAWS = 20;

/** The case with this number. The same space and number give the same case, whichever thread draws it. */
export function drawCase(space: HuntSpace, number: number, target: Target): Case {
  const random = new Random(`${space.seed}/${number}`);
  const arbitrary = draftArbitrary(space, target);
  for (let draw = 0; draw < DRAWS; draw++) {
    const [draft] = fc.sample(arbitrary, { seed: random.uint32() | 0, numRuns: 1 });
    if (target.options.safeParse(draft!.targetOptions).success)
      return caseOf(draft!, space, target, `${space.seed}-${number}`);
  }
  throw new HarnessError("usage", `no options of ${space.target} were found that go together`, {
    hint: "--keep-defaults leaves those at their defaults that you do not set",
  });
}

/**
 * Half a millisecond as in one data centre; or across continents, with a long tail in which messages overtake each other; or in
 * the order of priorities, which brings about what delays by chance hardly ever do.
 */
const networkArbitrary: fc.Arbitrary<Case["network"]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.record({
      delayMin: fc.integer({ min: 50, max: 20_000 }).map((us) => us * MICROSECOND),
      delayTail: fc.integer({ min: 50, max: 50_000 }).map((us) => us * MICROSECOND),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      priorities: fc.record({
        changes: fc.integer({ min: 0, max: 5 }),
        deliveries: fc.constantFrom(50, 200, 1_000),
        spread: fc.integer({ min: 5, max: 300 }).map((ms) => ms * MILLISECOND),
      }),
    }),
  },
);

function draftArbitrary(space: HuntSpace, target: Target): fc.Arbitrary<Draft> {
  const given = <T>(value: T | undefined, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> =>
    value === undefined ? arbitrary : fc.constant(value);
  const names = space.workload === undefined ? workloadsOf(target) : [space.workload];
  return fc.constantFrom(...names).chain((workload) =>
    fc.record({
      workload: fc.constant(workload),
      workloadOptions: optionsArbitrary(
        lookUp("workload", workload, workloads).options,
        space.workloadOptions,
      ),
      targetOptions: space.keepDefaults
        ? fc.constant(space.targetOptions)
        : optionsArbitrary(target.options, space.targetOptions),
      nodes: given(space.nodes, fc.constantFrom(3, 3, 5, 2, 4)),
      clients: given(space.clients, fc.integer({ min: 2, max: 8 })),
      operations: given(space.operations, fc.integer({ min: 10, max: 160 })),
      time: given(
        space.time,
        fc.integer({ min: 1_000, max: 8_000 }).map((ms) => ms * MILLISECOND),
      ),
      faults: faultsArbitrary(space.faults),
      network: networkArbitrary,
    }),
  );
}

/** @throws HarnessError `usage` if riftcheck knows none of the target's workloads */
function workloadsOf({ name, workloads: performed }: Target): string[] {
  const known = performed.filter((workload) => Object.hasOwn(workloads, workload));
  if (known.length === 0) throw new HarnessError("usage", `${name} performs no workload that there is`);
  return known;
}

function caseOf(draft: Draft, space: HuntSpace, target: Target, seed: string): Case {
  const workload = lookUp("workload", draft.workload, workloads);
  const nodes = Array.from({ length: draft.nodes }, (_, i) => `n${i + 1}`);
  const { clients, operations, time } = draft;
  const chosen = {
    target,
    targetOptions: target.options.parse(draft.targetOptions),
    workload,
    workloadOptions: workload.options.parse(draft.workloadOptions),
  };
  const hasLeader = target.hasLeader?.(chosen.targetOptions) ?? true;
  const isPossible = ({ fault }: FaultDraft): boolean => hasLeader || faults[fault]?.aimsAtLeader !== true;
  return {
    format: CASE_FORMAT,
    kind: "case",
    riftcheck: VERSION,
    target: space.target,
    targetOptions: plain(chosen.targetOptions),
    workload: workload.name,
    workloadOptions: plain(chosen.workloadOptions),
    nodes,
    clients,
    seed,
    network: draft.network,
    time,
    operationTimeout: space.operationTimeout,
    objects: objectsOf(chosen),
    load: { kind: "generated", operations, pause: Math.round((time * clients) / operations) },
    schedule: [...scheduleOf(draft.faults.filter(isPossible), { nodes, time })],
    ending: { quiet: space.operationTimeout + SECOND, probes: false },
    convergeWithin: space.convergeWithin,
    expectations: [
      ...(space.expectations ?? promisesOf(chosen, { nodes: nodes.length, faults: space.faults })),
    ],
  };
}

const plain = (options: unknown): Record<string, (typeof jsonSchema)["_output"]> =>
  Object.fromEntries(
    Object.entries(options as Record<string, unknown>).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, jsonSchema.parse(value)]],
    ),
  );
