import { describe, expect, test } from "vitest";
import type { Client } from "#core/client";
import type { Cluster, Link, NodeState } from "#core/cluster";
import { HarnessError, OperationError } from "#core/errors";
import type { Generator } from "#core/generator";
import type { FaultSchedule, ScheduledFault } from "#core/nemesis";
import type { HistoryEvent, Invocation, Reply } from "#core/operation";
import { Random } from "#core/random";
import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { runVirtual } from "../harness/cluster/sim/run-virtual.ts";
import { SimRuntime } from "../harness/cluster/sim/runtime.ts";
import { runTest, type TestOutcome, type TestPlan } from "../harness/engine/run-test.ts";
import { faults } from "../harness/nemeses/registry.ts";

/** A cluster that only remembers what was done to it. */
class FakeCluster implements Cluster {
  readonly environment = "sim";
  readonly nodes = ["n1", "n2", "n3"];
  readonly states = new Map<string, NodeState>(this.nodes.map((node) => [node, "running"]));
  readonly starts = new Map<string, number>(this.nodes.map((node) => [node, 1]));
  readonly blocked: Link[] = [];
  failBlock = false;

  endpoint(node: string) {
    return { node, host: "", ports: {} };
  }
  async kill(node: string) {
    this.states.set(node, "stopped");
  }
  async start(node: string) {
    this.states.set(node, "running");
    this.starts.set(node, (this.starts.get(node) ?? 0) + 1);
  }
  async pause(node: string) {
    this.states.set(node, "paused");
  }
  async resume(node: string) {
    this.states.set(node, "running");
  }
  async state(node: string) {
    return this.states.get(node) ?? "stopped";
  }
  async incarnation(node: string) {
    return String(this.starts.get(node));
  }
  async block(links: readonly Link[]) {
    this.blocked.push(...links.slice(0, this.failBlock ? 1 : links.length));
    if (this.failBlock) throw new Error("iptables said no");
  }
  async unblock() {
    this.blocked.length = 0;
  }
  async dropped() {
    return this.blocked.length === 0 ? 0 : 5;
  }
  async reachable(from: string, to: string) {
    return !this.blocked.some((link) => link.from === from && link.to === to);
  }
  describe() {
    return null;
  }
  async logs() {
    return {};
  }
  async [Symbol.asyncDispose]() {}
}

interface Run {
  readonly outcome: TestOutcome;
  readonly events: HistoryEvent[];
  readonly cluster: FakeCluster;
  readonly opened: number[];
}

interface Change extends Partial<Omit<TestPlan, "cluster" | "runtime">> {
  readonly cluster?: FakeCluster;
  readonly next?: Generator["next"];
  /** How long the store takes to answer. */
  readonly delay?: Nanoseconds;
}

/** What the store answers to an operation; `undefined`: nothing, ever. */
type Answer = (operation: Invocation) => Reply | Error | undefined;

/** Runs the engine in virtual time against a store that is one function. */
async function run(answer: Answer, change: Change = {}): Promise<Run> {
  const runtime = new SimRuntime(new Random("engine"));
  const cluster = change.cluster ?? new FakeCluster();
  const opened: number[] = [];
  let text = "";
  let written = 0;
  const write: Generator["next"] = ({ process }) => ({ f: "write", key: `k${process}`, value: ++written });
  const invoke = (operation: Invocation): Promise<Reply> =>
    new Promise((resolve, reject) => {
      runtime.after(change.delay ?? 10 * MILLISECOND, () => {
        const result = answer(operation);
        runtime.wake();
        if (result instanceof Error) reject(result);
        else if (result !== undefined) resolve(result);
      });
    });
  const openClient = (process: number): Client => {
    opened.push(process);
    return { invoke, close: () => undefined };
  };
  const { next, delay: _delay, ...changed } = change;
  const plan: TestPlan = {
    header: { riftcheck: 1, objects: [] },
    workload: {
      generator: { next: next ?? write },
      finalReads: () => [{ f: "read", key: "k0", value: null }],
    },
    faults,
    schedule: [],
    clients: 2,
    rate: undefined,
    time: 200 * MILLISECOND,
    timeout: 100 * MILLISECOND,
    convergeWithin: SECOND,
    sink: { write: (chunk) => (text += chunk) },
    interrupt: new AbortController().signal,
    openClient,
    notReady: async () => undefined,
    leader: async () => "n2",
    ...changed,
    runtime,
    cluster,
  };
  const outcome = await runVirtual(runtime, () => runTest(plan));
  const [, ...lines] = text.trimEnd().split("\n");
  return { outcome, events: lines.map((line) => JSON.parse(line) as HistoryEvent), cluster, opened };
}

const ok: Answer = () => ({});
const isFinal = (event: HistoryEvent) => event.process !== "nemesis" && event.process >= 1_000_000_000;
const ofClients = (events: HistoryEvent[]) =>
  events.filter((event) => event.process !== "nemesis" && !isFinal(event));
const completionsOf = (events: HistoryEvent[]) =>
  ofClients(events).filter((event) => event.type !== "invoke");

describe("operations", () => {
  test("are recorded before they are sent and after they were answered, line by line", async () => {
    const { events } = await run(ok);
    const open = new Set<number>();
    events.forEach((event, index) => {
      expect(event.index).toBe(index);
      if (event.process === "nemesis") return;
      if (event.type !== "invoke") expect(open.delete(event.process)).toBe(true);
      else {
        expect(open.has(event.process)).toBe(false);
        open.add(event.process);
      }
    });
    expect(open.size).toBe(0);
    expect(ofClients(events).length).toBeGreaterThan(20);
  });

  test("a timed-out write is info, and a new process takes over", async () => {
    const { events, opened } = await run(() => new OperationError("timeout", "late"));
    expect(new Set(completionsOf(events).map((event) => event.type))).toEqual(new Set(["info"]));
    const processes = ofClients(events).flatMap((event) => (event.type === "invoke" ? [event.process] : []));
    expect(new Set(processes).size).toBe(processes.length);
    expect(opened.slice(0, 4)).toEqual([0, 1, 2, 3]);
  });

  test("a timed-out read is fail; its connection goes, its process stays", async () => {
    const { events, opened } = await run(() => new OperationError("timeout", "late"), {
      next: () => ({ f: "read", key: "x", value: null }),
    });
    expect(
      completionsOf(events).every(({ type, error }) => type === "fail" && error?.code === "timeout"),
    ).toBe(true);
    expect(new Set(ofClients(events).map((event) => event.process))).toEqual(new Set([0, 1]));
    expect(opened.filter((process) => process === 0).length).toBeGreaterThan(1);
  });

  test("a write that certainly did not happen is fail and keeps process and session", async () => {
    const { events, opened } = await run((operation) =>
      operation.f === "read" ? {} : new OperationError("read-only", "replica"),
    );
    expect(completionsOf(events).length).toBeGreaterThan(2);
    expect(completionsOf(events).every(({ type }) => type === "fail")).toBe(true);
    expect(opened.filter((process) => process < 1_000_000_000)).toEqual([0, 1]);
  });

  test("an error that the client does not know is indefinite", async () => {
    const { events } = await run((operation) => (operation.f === "read" ? {} : new Error("?")));
    expect(completionsOf(events)[0]).toMatchObject({
      type: "info",
      error: { code: "unknown", message: "?" },
    });
  });

  test("a client that never answers is given up", async () => {
    const { events, outcome } = await run((operation) => (operation.f === "read" ? {} : undefined), {
      time: SECOND,
    });
    expect(outcome.how).toBe("complete");
    const given = completionsOf(events).filter(
      ({ type, error }) => type === "info" && error?.code === "timeout",
    );
    expect(given.length).toBeGreaterThan(4);
  });

  test("end when the generator does", async () => {
    let left = 5;
    const { events, outcome } = await run(ok, {
      next: () => (left-- > 0 ? { f: "write", key: "x", value: left } : undefined),
      time: 60 * SECOND,
    });
    expect(ofClients(events).length).toBe(10);
    expect(outcome.finishedAt).toBeLessThan(10 * SECOND);
  });
});

describe("open loop", () => {
  test("arrivals do not wait for slow replies: more sessions are opened", async () => {
    const { outcome, events } = await run(ok, { delay: 90 * MILLISECOND, rate: 200, time: 2 * SECOND });
    expect(outcome.counts.ok).toBeGreaterThan(300);
    expect(outcome.counts.ok).toBeLessThan(500);
    expect(new Set(ofClients(events).map((event) => event.process)).size).toBeGreaterThan(10);
    expect(outcome.health.arrivalsDropped).toBe(0);
  });

  test("arrivals that find no session are counted", async () => {
    const silent: Answer = (operation) => (operation.f === "read" ? {} : undefined);
    const { outcome } = await run(silent, { rate: 2_000, timeout: SECOND, time: SECOND });
    expect(outcome.health.arrivalsDropped).toBeGreaterThan(1_000);
  });

  test("a store that refuses everybody is not stormed, and is asked again when it is back", async () => {
    let asked = 0;
    const refusing: Answer = (operation) => {
      if (++asked <= 60) return new OperationError("connection-refused", "not yet");
      return operation.f === "read" ? { value: null } : {};
    };
    const { outcome } = await run(refusing, { rate: 1_000, time: 3 * SECOND });
    expect(outcome.counts.fail).toBe(60);
    // Of 3,000 arrivals those that came while everybody rested found nobody; the others did.
    expect(outcome.health.arrivalsDropped).toBeGreaterThan(100);
    expect(outcome.counts.ok).toBeGreaterThan(1_000);
  });
});

const schedule = (fault: string, on: string[], length = 50 * MILLISECOND): FaultSchedule => [
  { id: 1, at: 50 * MILLISECOND, for: length, fault, on, parameters: {} },
];
const faultPhases = (events: HistoryEvent[]) =>
  events.flatMap((event) => (event.process === "nemesis" ? [(event.value as { phase: string }).phase] : []));
const healedOf = (events: HistoryEvent[]) =>
  events.find((event) => event.process === "nemesis" && (event.value as { phase: string }).phase === "healed")
    ?.value;

describe("faults", () => {
  test("go through start, started, healing, healed, and tell what they did", async () => {
    const { events, cluster } = await run(ok, { schedule: schedule("partition-leader", ["leader"]) });
    expect(faultPhases(events)).toEqual(["start", "started", "healing", "healed"]);
    expect(healedOf(events)).toMatchObject({
      fault: "partition-leader",
      nodes: ["n2"],
      effect: { dropped: 5, hadEffect: true },
    });
    expect(cluster.blocked).toEqual([]);
  });

  test("kill names the incarnations before and after", async () => {
    const { events } = await run(ok, { schedule: schedule("kill-one", ["n3"]) });
    expect(healedOf(events)).toMatchObject({
      effect: { restarted: [{ node: "n3", before: "1", after: "2" }], hadEffect: true },
    });
  });

  test("are healed at once when the operations end early", async () => {
    let left = 40;
    const { events, cluster, outcome } = await run(ok, {
      schedule: schedule("pause-one", ["n1"], 50 * SECOND),
      next: () => (left-- > 0 ? { f: "write", key: "x", value: left } : undefined),
      time: 60 * SECOND,
    });
    expect(faultPhases(events)).toEqual(["start", "started", "healing", "healed"]);
    expect(await cluster.state("n1")).toBe("running");
    expect(outcome.finishedAt).toBeLessThan(10 * SECOND);
  });

  test("a fault that fails half-way ends the run, heals what it began and is named", async () => {
    const cluster = new FakeCluster();
    cluster.failBlock = true;
    const { outcome } = await run(ok, {
      cluster,
      schedule: schedule("partition-one", ["n1"]),
      time: 60 * SECOND,
    });
    expect(outcome).toMatchObject({ how: "failed" });
    expect(outcome.error?.message).toBe("fault partition-one on n1: iptables said no");
    expect(outcome.finishedAt).toBeLessThan(10 * SECOND);
    expect(cluster.blocked).toEqual([]);
  });

  test("a fault that fails ends the others too: each is healed before the run goes on", async () => {
    const cluster = new FakeCluster();
    cluster.failBlock = true;
    const { outcome, events } = await run(ok, {
      cluster,
      schedule: [
        { id: 1, at: 20 * MILLISECOND, for: 50 * SECOND, fault: "pause-one", on: ["n3"], parameters: {} },
        { ...(schedule("partition-one", ["n1"])[0] as ScheduledFault), id: 2 },
      ],
      time: 60 * SECOND,
    });
    expect(outcome.error?.message).toBe("fault partition-one on n1: iptables said no");
    expect(faultPhases(events)).toEqual(["start", "started", "start", "healing", "healed"]);
    expect(await cluster.state("n3")).toBe("running");
  });

  test("a fault aimed at a leader that nobody knows does nothing, says so, and the run goes on", async () => {
    const { outcome, events } = await run(ok, {
      leader: async () => undefined,
      schedule: schedule("kill-leader", ["leader"]),
      time: 10 * SECOND,
    });
    expect(outcome.error).toBe(undefined);
    expect(faultPhases(events)).toEqual(["start", "healed"]);
    const last = events.findLast(({ f }) => f === "fault")?.value;
    expect(last).toMatchObject({ nodes: [], error: "kill-leader: no leader is known" });
  });

  test("a member that cannot leave without a loss of quorum stays, and the run goes on", async () => {
    const stays = async (): Promise<never> => {
      throw new HarnessError("quorum-at-risk", "n2 is not removed");
    };
    const { outcome, events } = await run(ok, {
      hooks: {
        membership: { members: async () => ["n1", "n2", "n3"], remove: stays, add: async () => undefined },
      },
      schedule: schedule("member-remove", ["n2"]),
    });
    expect(outcome.error).toBe(undefined);
    expect(faultPhases(events)).toEqual(["start", "healed"]);
    const last = events.findLast(({ f }) => f === "fault")?.value;
    expect(last).toMatchObject({ nodes: [], error: "n2 is not removed" });
  });
});

describe("the end of a run", () => {
  test("every node is read at least twice, by sessions of their own, marked final", async () => {
    const { events } = await run(ok, { next: () => undefined });
    const finals = events.filter((event) => isFinal(event) && event.type === "invoke");
    for (const node of ["n1", "n2", "n3"]) {
      expect(
        finals.filter((event) => event.node === node && event.final === true).length,
      ).toBeGreaterThanOrEqual(2);
    }
  });

  test("a drain that nobody knows the end of is info, one that took nothing is fail", async () => {
    const finalReads = () => [{ f: "drain", key: "q", value: null }] as const;
    const answers = [new OperationError("timeout", "?"), new OperationError("aborted", "no"), { value: [] }];
    const asked = new Map<string, number>();
    const { events } = await run(
      ({ node = "" }) => {
        asked.set(node, (asked.get(node) ?? -1) + 1);
        return answers[asked.get(node)!] ?? { value: [] };
      },
      { workload: { generator: { next: () => undefined }, finalReads } },
    );
    const drains = events.filter((event) => event.f === "drain" && event.node === "n1");
    const ended = drains.filter(({ type }) => type !== "invoke").map(({ type }) => type);
    expect(ended.slice(0, 3)).toEqual(["info", "fail", "ok"]);
    const processes = new Set(drains.map(({ process }) => process));
    expect(processes.size).toBeGreaterThan(1);
    const first = drains.find(({ type }) => type === "info")!.process;
    expect(drains.filter(({ process }) => process === first)).toHaveLength(2);
  });

  test("reading goes on while nodes disagree, up to the bound", async () => {
    const { outcome } = await run(({ node }) => ({ value: node === "n3" ? -1 : 1 }), {
      next: () => undefined,
      convergeWithin: 5 * SECOND,
    });
    const reading = outcome.finishedAt - (outcome.quietAt ?? 0);
    expect(reading).toBeGreaterThanOrEqual(5 * SECOND);
    expect(reading).toBeLessThan(8 * SECOND);
  });

  test("an interrupt ends operations, heals, and leaves the final reads out", async () => {
    const interrupt = new AbortController();
    let count = 0;
    const answer: Answer = () => {
      if (++count === 40) interrupt.abort();
      return {};
    };
    const { outcome, events, cluster } = await run(answer, {
      interrupt: interrupt.signal,
      time: 60 * SECOND,
      schedule: schedule("partition-halves", ["n1"], 50 * SECOND),
    });
    expect(outcome.how).toBe("interrupted");
    expect(outcome.finishedAt).toBeLessThan(2 * SECOND);
    expect(faultPhases(events)).toEqual(["start", "started", "healing", "healed"]);
    expect(events.some(isFinal)).toBe(false);
    expect(cluster.blocked).toEqual([]);
  });

  test("a full disk ends the run, heals, and is said", async () => {
    const cluster = new FakeCluster();
    let writes = 0;
    const { outcome } = await run(ok, {
      cluster,
      schedule: schedule("pause-one", ["n1"], 50 * SECOND),
      sink: {
        write: () => {
          if (++writes > 2) throw new HarnessError("disk-full", "the disk is full");
        },
      },
      time: 60 * SECOND,
    });
    expect(outcome).toMatchObject({ how: "failed" });
    expect(outcome.error?.code).toBe("disk-full");
    expect(await cluster.state("n1")).toBe("running");
  });
});
