import { expect, test } from "vitest";
import type { Cluster } from "#core/cluster";
import { HarnessError } from "#core/errors";
import type { Fault, FaultSchedule, Mechanism } from "#core/nemesis";
import { Random } from "#core/random";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, SECOND } from "#core/units";
import { runVirtual } from "../harness/cluster/sim/run-virtual.ts";
import { SimRuntime } from "../harness/cluster/sim/runtime.ts";
import { Recorder } from "../harness/engine/recorder.ts";
import { runSchedule } from "../harness/engine/run-nemesis.ts";
import { watchStore } from "../harness/engine/watch-store.ts";

/** Takes this long to start and to heal, as faults in containers do. */
const START = 30;
const HEAL = 20;

const fault = (name: string, mechanism: Mechanism): Fault => ({
  name,
  summary: "",
  aimsAtLeader: false,
  mechanism,
  choose: () => ({ on: [], parameters: {} }),
  start: async ({ runtime }) => {
    await runtime.sleep(START * MILLISECOND);
    return {
      nodes: ["n1"],
      effect: null,
      heal: async () => {
        await runtime.sleep(HEAL * MILLISECOND);
        return null;
      },
      hadEffect: () => true,
    };
  },
});
const FAULTS = { cut: fault("cut", "links"), other: fault("other", "links"), halt: fault("halt", "process") };

/** The same clock, but of real time as far as the engine can tell. */
const asReal = (runtime: SimRuntime): Runtime => ({
  virtual: false,
  random: runtime.random,
  now: () => runtime.now(),
  sleep: (ns, signal) => runtime.sleep(ns, signal),
  after: (ns, callback) => runtime.after(ns, callback),
  connect: (endpoint) => runtime.connect(endpoint),
});

/** @returns `<fault> <phase> <millisecond>` of every recorded phase */
async function phasesOf(
  entries: readonly (readonly [fault: string, at: number, length: number])[],
  { real = true, stopAt = 10_000 } = {},
): Promise<string[]> {
  const sim = new SimRuntime(new Random("schedule"));
  const runtime = real ? asReal(sim) : sim;
  let text = "";
  const schedule: FaultSchedule = entries.map(([name, at, length], i) => ({
    id: i + 1,
    at: at * MILLISECOND,
    for: length * MILLISECOND,
    fault: name,
    on: ["n1"],
    parameters: {},
  }));
  await runVirtual(sim, async () => {
    const recorder = new Recorder(runtime, { write: (chunk) => (text += chunk) }, (error) => {
      throw error;
    });
    const stop = new AbortController();
    runtime.after(stopAt * MILLISECOND, () => stop.abort());
    const context = { runtime, cluster: {} as Cluster, leader: async () => undefined };
    const run = { context, faults: FAULTS, recorder, stop: stop.signal, inForce: new Set<string>() };
    await runSchedule(run, schedule, (error) => {
      throw error;
    });
    recorder.flush();
  });
  const events = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { time: number; value: { fault: string; phase: string } });
  return events.map(({ time, value }) => `${value.fault} ${value.phase} ${Math.round(time / MILLISECOND)}`);
}

test("in real time a fault lasts its time from when it is in force", async () => {
  expect(await phasesOf([["cut", 100, 50]])).toEqual([
    "cut start 100",
    "cut started 130",
    "cut healing 180",
    "cut healed 200",
  ]);
});

test("in virtual time it ends when the schedule says", async () => {
  expect(await phasesOf([["cut", 100, 50]], { real: false })).toEqual([
    "cut start 100",
    "cut started 130",
    "cut healing 150",
    "cut healed 170",
  ]);
});

test("a fault waits until the one of its mechanism before it is healed; of another mechanism it does not", async () => {
  const schedule = [
    ["other", 160, 40],
    ["cut", 100, 50],
    ["halt", 110, 10],
  ] as const;
  expect(await phasesOf(schedule)).toEqual([
    "cut start 100",
    "halt start 110",
    "cut started 130",
    "halt started 140",
    "halt healing 150",
    "halt healed 170",
    "cut healing 180",
    "cut healed 200",
    "other start 200",
    "other started 230",
    "other healing 270",
    "other healed 290",
  ]);
});

test("when operations end, faults in force are healed at once and those that waited never begin", async () => {
  const schedule = [
    ["cut", 100, 500],
    ["other", 120, 40],
  ] as const;
  expect(await phasesOf(schedule, { stopAt: 150 })).toEqual([
    "cut start 100",
    "cut started 130",
    "cut healing 150",
    "cut healed 170",
  ]);
});

test("a store that threw is told of soon, an engine that does not answer is asked again", async () => {
  const runtime = new SimRuntime(new Random("watch"));
  const failure = new HarnessError("store-failed", "node n2 threw: no such mode");
  const asked: number[] = [];
  const told: [HarnessError, number][] = [];
  const cluster = {
    failure: async () => {
      asked.push(runtime.now() / MILLISECOND);
      if (asked.length === 2) throw new Error("socket hang up");
      return asked.length < 3 ? undefined : failure;
    },
  } as unknown as Cluster;
  await runVirtual(runtime, async () => {
    {
      using _ = watchStore(runtime, cluster, (error) => told.push([error, runtime.now() / MILLISECOND]));
      await runtime.sleep(1_600 * MILLISECOND);
    }
    await runtime.sleep(10 * SECOND);
  });
  expect(asked).toEqual([500, 1_000, 1_500]);
  expect(told).toEqual([[failure, 1_500]]);
});
