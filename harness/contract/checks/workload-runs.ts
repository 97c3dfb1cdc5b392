import type { Cluster } from "#core/cluster";
import { HISTORY_FORMAT } from "#core/operation";
import { Random } from "#core/random";
import type { VerdictDocument } from "#core/run";
import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import type { Workload } from "#core/workload";
import { workloads } from "../../../workloads/registry.ts";
import { judgeHistory } from "../../cli/judge-history.ts";
import { prefixedKeys } from "../../engine/prefixed-keys.ts";
import { type TestOutcome, runTest } from "../../engine/run-test.ts";
import { paced } from "../../generators/paced.ts";
import { objectsOf, promisesOf, sessionsOf } from "../../engine/sessions.ts";
import { parseHistory } from "../../history/read-history.ts";
import { insufficiencies } from "../../judge/sufficiency.ts";
import { broken, type ContractCheck } from "../contract.ts";
import type { Subject } from "../subject.ts";

/** Several workloads at once, each on keys of its own; few enough for stores that allow a hundred connections. */
const AT_ONCE = 8;
const CLIENTS = 2;
/** Of one workload, over its clients: enough to judge, too little to load a machine that does other things as well. */
const GAP: Nanoseconds = 25 * MILLISECOND;
const TIME: Nanoseconds = 3 * SECOND;
const TIMEOUT: Nanoseconds = 5 * SECOND;
const CONVERGE_WITHIN: Nanoseconds = 15 * SECOND;
/** A workload that did less than this was not performed, however loaded the machine. */
const OK_MIN = 5;

export const runsItsWorkloads: ContractCheck = {
  promise: "without faults every workload ends with what the target claims of it",
  try: async (subject) => {
    const names = subject.target.workloads;
    for (let at = 0; at < names.length; at += AT_ONCE)
      await Promise.all(names.slice(at, at + AT_ONCE).map((name, i) => tryWorkload(subject, name, at + i)));
    return undefined;
  },
};

async function tryWorkload(subject: Subject, name: string, index: number): Promise<void> {
  const { verdict, outcome } = await run(subject, name, `c${index}x`);

  if (outcome.error !== undefined) broken(`${name}: ${outcome.error.message}`);
  if (outcome.counts.ok < OK_MIN)
    broken(`${name}: only ${outcome.counts.ok} operations succeeded${errorsOf(outcome)}`);
  if (verdict.valid === false) broken(`${name}: ${verdict.summary}`);
  if (verdict.valid === "unknown" && verdict.summary === "") broken(`${name}: unknown, without a reason`);
}

const errorsOf = ({ counts: { fail, info } }: TestOutcome): string =>
  fail + info === 0 ? "" : `, ${fail} failed and ${info} are unknown`;

async function run(
  subject: Subject,
  name: string,
  prefix: string,
): Promise<{ verdict: VerdictDocument; outcome: TestOutcome }> {
  const workload = workloads[name];
  if (workload === undefined) broken(`it declares the workload ${name}, which there is not`);
  const { target, options, runtime, cluster } = subject;
  const workloadOptions: unknown = workload.options.parse({});
  const chosen = { target, targetOptions: options, workload, workloadOptions };
  const random = new Random(`contract ${name}`);
  const lines: string[] = [];
  const open = sessionsOf(chosen, {
    runtime,
    nodes: subject.endpoints,
    random: random.fork("clients"),
    timeout: TIMEOUT,
    wrap: (client) => prefixedKeys(client, prefix),
  });
  const nodes = [...cluster.nodes];
  const load = workload.create({
    options: workloadOptions,
    random: random.fork("workload"),
    nodes,
    clients: CLIENTS,
  });
  const outcome = await runTest({
    runtime,
    cluster: unharmed(cluster),
    header: { riftcheck: HISTORY_FORMAT, objects: objectsOf(chosen), concurrency: CLIENTS, nodes },
    workload: {
      generator: paced(GAP, load.generator),
      finalReads: (node) => load.finalReads(node),
    },
    faults: {},
    schedule: [],
    clients: CLIENTS,
    rate: undefined,
    time: TIME,
    timeout: TIMEOUT,
    convergeWithin: CONVERGE_WITHIN,
    ending: { quiet: 500 * MILLISECOND, probes: false },
    sink: { write: (text) => void lines.push(text) },
    interrupt: new AbortController().signal,
    openClient: open,
    notReady: () => target.notReady(subject.context),
    leader: () => Promise.resolve(undefined),
  });
  const history = parseHistory(lines.join(""), name);
  const insufficient = insufficiencies(history, { ok: OK_MIN, duringFault: 0, planned: 0 });
  const expectations = promisesOf(chosen, { nodes: nodes.length, faults: [] });
  return { verdict: judgeHistory(history, { expectations, insufficient }), outcome };
}

/** The cluster as a run sees it in which nothing is broken, so that nothing needs healing. */
const unharmed = (cluster: Cluster): Cluster => ({
  environment: cluster.environment,
  nodes: cluster.nodes,
  endpoint: (node) => cluster.endpoint(node),
  kill: (node) => cluster.kill(node),
  start: (node) => cluster.start(node),
  pause: (node) => cluster.pause(node),
  resume: (node) => cluster.resume(node),
  state: () => Promise.resolve("running"),
  incarnation: (node) => cluster.incarnation(node),
  block: (links) => cluster.block(links),
  unblock: () => Promise.resolve(),
  dropped: (links) => cluster.dropped(links),
  reachable: () => Promise.resolve(true),
  describe: () => cluster.describe(),
  logs: () => cluster.logs(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
});

export const workloadsOf = (names: readonly string[]): Workload[] =>
  names.flatMap((name) => workloads[name] ?? []);
