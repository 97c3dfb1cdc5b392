import type { FaultSchedule } from "#core/nemesis";
import { Random } from "#core/random";
import type { Cause } from "#core/triage";
import { MILLISECOND, SECOND } from "#core/units";
import { VERSION } from "../../harness/cli/version.ts";
import { objectsOf } from "../../harness/engine/sessions.ts";
import { type Case, CASE_FORMAT } from "../../harness/hunt/case.ts";
import { simulateCase } from "../../harness/hunt/simulate-case.ts";
import { eventual } from "../../targets/eventual/target.ts";
import { workloads } from "../../workloads/registry.ts";

/** A run whose anomalies are due to one fault on one node: without it there are none. */
export interface CausedRun {
  readonly number: number;
  readonly fault: string;
  readonly node: string;
  readonly preset: string;
  readonly workload: string;
  readonly causes: readonly Cause[];
}

const NODES = ["n1", "n2", "n3"];
const PRESETS = ["dynamo-eventual", "dynamo", "multi-leader", "causal", "async-leader", "semi-sync"];
const FAULTS = ["partition-one", "partition-one-way", "pause-one", "kill-one", "clock-skew", "slow-node"];
const WORKLOADS = ["session", "set"];
const TIME = 9 * SECOND;

/** Parameters of those faults that need any. */
const parametersOf = (
  fault: string,
  node: string,
  random: Random,
): Case["schedule"][number]["parameters"] => {
  if (fault === "partition-one-way") return { direction: random.pick(["inbound", "outbound"]) };
  if (fault === "clock-skew") return { ahead: { [node]: random.pick([-2, 2]) * SECOND } };
  return fault === "slow-node"
    ? { perEvent: { kind: "exponential", min: MILLISECOND, tail: 100 * MILLISECOND } }
    : {};
};

interface Drawn {
  readonly one: Case;
  readonly fault: Case["schedule"][number];
  /** Another fault, of another node, that is over before or begins after. */
  readonly decoy: Case["schedule"][number];
}

function draw(number: number): Drawn {
  const random = new Random(`caused/${number}`);
  const preset = random.pick(PRESETS);
  const [node, other] = random.shuffle(NODES) as [string, string];
  const fault = random.pick(FAULTS);
  const decoy = random.pick(FAULTS.filter((name) => name !== fault));
  const workload = workloads[random.pick(WORKLOADS)]!;
  const chosen = {
    target: eventual,
    targetOptions: eventual.options.parse({ preset }),
    workload,
    workloadOptions: workload.options.parse({}),
  };
  const isFirst = random.chance(0.5);
  const at = (isIt: boolean): number => (isIt ? SECOND : 5 * SECOND);
  const entry = (id: number, name: string, on: string, begin: number): Case["schedule"][number] => ({
    id,
    at: begin,
    for: 2 * SECOND + random.between(0, 1_000) * MILLISECOND,
    fault: name,
    on: [on],
    parameters: parametersOf(name, on, random),
  });
  return {
    fault: entry(1, fault, node, at(isFirst)),
    decoy: entry(2, decoy, other, at(!isFirst)),
    one: {
      format: CASE_FORMAT,
      kind: "case",
      riftcheck: VERSION,
      target: "eventual",
      targetOptions: { preset },
      workload: workload.name,
      workloadOptions: {},
      nodes: NODES,
      clients: 4,
      seed: String(number),
      network: {},
      time: TIME,
      operationTimeout: SECOND,
      objects: objectsOf(chosen),
      load: { kind: "generated", operations: 160, pause: Math.round((TIME * 4) / 160) },
      schedule: [],
      ending: { quiet: 2 * SECOND, probes: false },
      convergeWithin: 10 * SECOND,
      expectations: [],
    },
  };
}

const causesUnder = async (one: Case, schedule: FaultSchedule): Promise<readonly Cause[]> => {
  const { verdict } = await simulateCase({ ...one, schedule: [...schedule] });
  return verdict.causes ?? [];
};

/**
 * The run with this number; undefined where the fault brings nothing about, or where there are anomalies without it.
 * `withDecoy`: a second fault is in the run, which by itself brings nothing about.
 */
export async function causedRun(number: number, withDecoy: boolean): Promise<CausedRun | undefined> {
  const { one, fault, decoy } = draw(number);
  const others = withDecoy ? [decoy] : [];
  if ((await causesUnder(one, others)).length > 0) return undefined;
  const schedule = [fault, ...others].toSorted((a, b) => a.at - b.at);
  const causes = await causesUnder(one, schedule);
  if (causes.length === 0) return undefined;
  const { workload, targetOptions } = one;
  return {
    number,
    fault: fault.fault,
    node: fault.on[0]!,
    preset: String(targetOptions["preset"]),
    workload,
    causes,
  };
}

/** Whether the first cause names the fault and its node, in its data and in its sentence, and no other fault. */
export function isNamed({ fault, node, causes }: CausedRun): boolean {
  const [first] = causes;
  if (first === undefined || first.faults.length !== 1) return false;
  const [named] = first.faults;
  const said = first.sentence.includes(fault) && first.sentence.includes(node);
  return named!.fault === fault && named!.nodes.join() === node && said;
}
