import type { HistoryHeader, ObjectType } from "#core/operation";
import type { TriageClass } from "#core/triage-classes";
import type { Anomaly, Expectation } from "#core/verdict";

/** A history by hand, and what its anomaly is. One tick is a millisecond; the bound is 5 s unless the case says otherwise. */
export interface TriageCase {
  readonly name: string;
  /** As in `checkers/testing/notation.ts`. */
  readonly text: string;
  /** What the keys hold; a register unless it says otherwise. */
  readonly holds?: ObjectType;
  readonly header?: Partial<HistoryHeader>;
  readonly faults?: readonly TestFault[];
  /** Nothing is claimed unless it says otherwise. */
  readonly claims?: readonly Expectation[];
  /** Ticks. */
  readonly acceptable?: number;
  /** Only the order of events was recorded. */
  readonly isUntimed?: true;
  /** The type of anomaly that is meant; the first one of it, the worst, unless `nth` says otherwise. */
  readonly type: Anomaly["type"];
  readonly nth?: number;
  readonly is: TriageClass;
  /** What the reason says. */
  readonly because: RegExp;
}

export interface TestFault {
  readonly fault: string;
  readonly nodes: readonly string[];
  /** Ticks; `to` left out: it was never healed. */
  readonly from: number;
  readonly to?: number;
}

const holds = (...models: readonly Expectation["model"][]): Expectation[] =>
  models.map((model) => ({ model, is: "holds" }));
const mayBreak = (...models: readonly Expectation["model"][]): Expectation[] =>
  models.map((model) => ({ model, is: "may-break" }));

const cutOff = (from: number, to: number): TestFault => ({ fault: "partition-one", nodes: ["n3"], from, to });

export const DELAYS: readonly TriageCase[] = [
  {
    name: "a follower catches up within the bound",
    text: "W1[0,10]@n1 W2[100,110]@n1 | R1[200,210]@n2 R2[1200,1210]@n2",
    type: "stale-read",
    is: "delay",
    because: /n2 showed it .*1\.10 s .*within the 5\.00 s/,
  },
  {
    name: "the same where the store says that reads may be stale",
    text: "W1[0,10]@n1 W2[100,110]@n1 | R1[200,210]@n2 R2[1200,1210]@n2",
    claims: [...mayBreak("linearizable")],
    type: "stale-read",
    is: "delay",
    because: /no guarantee that was claimed/,
  },
  {
    name: "final reads show it, and convergence and no lost write were claimed and hold",
    text: "W1[0,10]@n1 W2[100,110]@n1 | R1[200,210]@n2 | R2[3000,3010]@n1* R2[3000,3010]@n2* R2[3000,3010]@n3*",
    claims: [...holds("convergence", "no-lost-writes"), ...mayBreak("linearizable")],
    type: "stale-read",
    is: "delay",
    because: /within/,
  },
  {
    name: "a client misses its own write for a moment",
    text: "W1[0,10]@n1 R-[100,110]@n2 R1[900,910]@n2",
    type: "read-your-writes",
    is: "delay",
    because: /900 ms/,
  },
  {
    name: "a client goes to a slower node and back in time",
    text: "W1[0,10]@n1 W2[20,30]@n1 | R2[100,110]@n1 R1[200,210]@n2 R2[800,810]@n2",
    type: "monotonic-reads",
    is: "delay",
    because: /within/,
  },
  {
    name: "an effect arrives before its cause, which arrives later",
    text: "Wx1[0,10]@n1 Wy1[20,30]@n1 | Ry1[100,110]@n2 Rx-[120,130]@n2 Rx1[900,910]@n2",
    type: "causality-violation",
    is: "delay",
    because: /within/,
  },
  {
    name: "an element arrives later",
    text: "A1[0,10]@n1 A2[20,30]@n1 | R{1}[100,110]@n2 R{1,2}[900,910]@n2",
    holds: "set",
    type: "stale-read",
    is: "delay",
    because: /within/,
  },
  {
    name: "a node is cut off for 20 s and shows it 0.9 s after healing",
    text: "W1[0,10]@n1 W2[200,210]@n1 | R1[15000,15010]@n3 R2[20890,20900]@n3",
    faults: [cutOff(100, 20_000)],
    type: "stale-read",
    is: "delay",
    because: /900 ms after partition-one of n3 was healed/,
  },
  {
    name: "a node that was paused answers before it has caught up",
    text: "W1[0,10]@n1 W2[3000,3010]@n1 | R1[7050,7060]@n2 R2[7300,7310]@n2",
    faults: [{ fault: "pause-one", nodes: ["n2"], from: 1000, to: 7000 }],
    type: "stale-read",
    is: "delay",
    because: /310 ms after pause-one of n2 was healed/,
  },
  {
    name: "nobody recorded which node answered",
    text: "W1[0,10] W2[20,30] | R1[100,110] R2[500,510]",
    header: { nodes: [] },
    type: "stale-read",
    is: "delay",
    because: /480 ms/,
  },
  {
    name: "the node skips to a version still newer",
    text: "W1[0,10]@n1 W2[20,30]@n1 W3[500,510]@n1 | R1[100,110]@n2 R3[900,910]@n2",
    type: "stale-read",
    is: "delay",
    because: /within/,
  },
  {
    name: "the user allows more",
    text: "W1[0,10]@n1 W2[20,30]@n1 | R1[100,110]@n2 R2[8000,8010]@n2",
    acceptable: 10_000,
    type: "stale-read",
    is: "delay",
    because: /within the 10\.0 s/,
  },
  {
    name: "a bound of staleness was claimed and kept",
    text: "W1[0,10]@n1 W2[100,110]@n1 | R1[200,210]@n2 R2[1200,1210]@n2",
    claims: [{ model: "bounded-staleness", bound: { time: 2_000_000_000 }, is: "holds" }],
    type: "stale-read",
    is: "delay",
    because: /no guarantee that was claimed/,
  },
];

export const FLAWS: readonly TriageCase[] = [
  {
    name: "an acknowledged write is gone",
    text: "W1[0,10]@n1 W2[20,30]@n1 | R1[9000,9010]@n1* R1[9000,9010]@n2* R1[9000,9010]@n3*",
    type: "lost-write",
    is: "flaw",
    because: /lost/,
  },
  {
    name: "an acknowledged element is gone",
    text: "A1[0,10]@n1 A2[20,30]@n1 | R{1}[9000,9010]@n1* R{1}[9000,9010]@n2* R{1}[9000,9010]@n3*",
    holds: "set",
    type: "lost-element",
    is: "flaw",
    because: /lost/,
  },
  {
    name: "an acknowledged increment is gone",
    text: "I1[0,10]@n1 I1[20,30]@n1 | R1[9000,9010]@n1* R1[9000,9010]@n2* R1[9000,9010]@n3*",
    holds: "counter",
    type: "lost-increment",
    is: "flaw",
    because: /lost/,
  },
  {
    name: "replicas differ in the end",
    text: "W1[0,10]@n1 W2[20,30]@n2 | R1[9000,9010]@n1* R2[9000,9010]@n2* R2[9000,9010]@n3*",
    type: "diverged",
    is: "flaw",
    because: /stayed apart/,
  },
  {
    name: "replicas differ in the end although convergence was claimed",
    text: "W1[0,10]@n1 W2[20,30]@n2 | R1[9000,9010]@n1* R2[9000,9010]@n2* R2[9000,9010]@n3*",
    claims: holds("convergence"),
    type: "diverged",
    is: "flaw",
    because: /convergence, which was claimed/,
  },
  {
    name: "the read resolves at once, but linearizability was claimed",
    text: "W1[0,10]@n1 W2[100,110]@n1 | R1[200,210]@n2 R2[300,310]@n2",
    claims: holds("linearizable"),
    type: "stale-read",
    is: "flaw",
    because: /breaks linearizable, which was claimed/,
  },
  {
    name: "a client misses its own write although it was promised",
    text: "W1[0,10]@n1 R-[100,110]@n2 R1[900,910]@n2",
    claims: holds("read-your-writes"),
    type: "read-your-writes",
    is: "flaw",
    because: /breaks read-your-writes, which was claimed/,
  },
  {
    name: "what breaks follows from what was claimed",
    text: "W1[0,10]@n1 W2[20,30]@n1 | R2[100,110]@n1 R1[200,210]@n2 R2[800,810]@n2",
    claims: holds("causal-convergent"),
    type: "monotonic-reads",
    is: "flaw",
    because: /breaks causal-convergent, which was claimed/,
  },
  {
    name: "the bound of staleness that was claimed is exceeded, though less than what is acceptable",
    text: "W1[0,10]@n1 W2[100,110]@n1 | R1[1900,1910]@n2 R2[2200,2210]@n2",
    claims: [{ model: "bounded-staleness", bound: { time: 1_000_000_000 }, is: "holds" }],
    type: "too-stale-read",
    is: "flaw",
    because: /breaks bounded-staleness, which was claimed/,
  },
  {
    name: "a follower needs 12 s without any fault",
    text: "W1[0,10]@n1 W2[20,30]@n1 | R1[100,110]@n2 R1[11900,11910]@n2 R2[12000,12010]@n2",
    type: "stale-read",
    is: "flaw",
    because: /at least 11\.9 s.*more than the 5\.00 s/,
  },
  {
    name: "less is allowed than by default",
    text: "W1[0,10]@n1 W2[100,110]@n1 | R1[900,910]@n2 R2[1200,1210]@n2",
    acceptable: 500,
    type: "stale-read",
    is: "flaw",
    because: /more than the 500 ms/,
  },
  {
    name: "it is still stale long after, when the history ends",
    text: "W1[0,10]@n1 W2[20,30]@n1 | R1[100,110]@n2 R1[8000,8010]@n2",
    type: "stale-read",
    is: "flaw",
    because: /more than the 5\.00 s/,
  },
  {
    name: "the network is whole again, and the node needs 9 s more",
    text: "W1[0,10]@n1 W2[200,210]@n1 | R1[1500,1510]@n3 R1[10900,10910]@n3 R2[11000,11010]@n3",
    faults: [cutOff(100, 2000)],
    type: "stale-read",
    is: "flaw",
    because: /at least 8\.90 s after partition-one of n3 was healed/,
  },
  {
    name: "the node never shows what the others show",
    text: "W1[0,10]@n1 W2[20,30]@n1 | R1[100,110]@n3 | R2[9000,9010]@n1* R2[9000,9010]@n2* R1[9000,9010]@n3*",
    type: "stale-read",
    is: "flaw",
    because: /stayed apart/,
  },
  {
    name: "what the read missed is gone",
    text: "W1[0,10]@n1 W2[20,30]@n1 | R1[100,110]@n2 | R1[9000,9010]@n1* R1[9000,9010]@n2* R1[9000,9010]@n3*",
    type: "stale-read",
    is: "flaw",
    because: /lost/,
  },
  {
    name: "a client's own write is gone",
    text: "A1[0,10]@n1 A2[20,30]@n1 R{1}[100,110]@n2 | R{1}[9000,9010]@n1* R{1}[9000,9010]@n2* R{1}[9000,9010]@n3*",
    holds: "set",
    type: "stale-read",
    is: "flaw",
    because: /lost/,
  },
  {
    name: "nobody ever wrote what was read",
    text: "W1[0,10]@n1 | R7[100,110]@n2 R1[200,210]@n2",
    type: "thin-air-read",
    is: "flaw",
    because: /no delay explains/,
  },
  {
    name: "a write that failed was read",
    text: "W1[0,10]@n1 W2[20,30]@n1! | R2[100,110]@n2 R1[200,210]@n2",
    type: "aborted-read",
    is: "flaw",
    because: /no delay explains/,
  },
  {
    name: "an element that nobody added",
    text: "A1[0,10]@n1 | R{1,7}[100,110]@n2 R{1}[200,210]@n2",
    holds: "set",
    type: "unexpected-element",
    is: "flaw",
    because: /no delay explains/,
  },
  {
    name: "two decisions from one value",
    text: "W1[0,10]@n1 | C1>2[100,110]@n1 | C1>3[100,110]@n2",
    type: "split-brain",
    is: "flaw",
    because: /no delay explains/,
  },
  {
    name: "queue out of order although linearizability was claimed",
    text: "E1[0,10]@n1 E2[20,30]@n1 | Q2[100,110]@n2 Q1[200,210]@n2",
    holds: "queue",
    claims: holds("linearizable"),
    type: "non-linearizable",
    is: "flaw",
    because: /breaks linearizable, which was claimed/,
  },
];

export const UNDETERMINED: readonly TriageCase[] = [
  {
    name: "nobody reads the node again",
    text: "W1[0,10]@n1 W2[100,110]@n1 | R1[200,210]@n2",
    type: "stale-read",
    is: "undetermined",
    because: /no later read of x from n2/,
  },
  {
    name: "others are read again, the node is not",
    text: "W1[0,10]@n1 W2[100,110]@n1 | R1[200,210]@n2 | R2[900,910]@n1 R2[9000,9010]@n1",
    type: "stale-read",
    is: "undetermined",
    because: /no later read of x from n2/,
  },
  {
    name: "the history ends before the bound is over",
    text: "W1[0,10]@n1 W2[100,110]@n1 | R1[200,210]@n2 R1[1100,1110]@n2",
    nth: -1,
    type: "stale-read",
    is: "undetermined",
    because: /still.*990 ms/,
  },
  {
    name: "nobody looks between 0.1 s and 30 s",
    text: "W1[0,10]@n1 W2[90,100]@n1 | R1[200,210]@n2 R2[30000,30010]@n2",
    type: "stale-read",
    is: "undetermined",
    because: /between 100 ms and 29\.9 s/,
  },
  {
    name: "the node is still cut off when the history ends",
    text: "W1[0,10]@n1 W2[200,210]@n1 | R1[15000,15010]@n3",
    faults: [{ fault: "partition-one", nodes: ["n3"], from: 100 }],
    type: "stale-read",
    is: "undetermined",
    because: /no later read of x from n3/,
  },
  {
    name: "the last read of the node failed",
    text: "W1[0,10]@n1 W2[20,30]@n1 | R1[100,110]@n3 | R2[9000,9010]@n1* R2[9000,9010]@n2* R[9000,9010]@n3*!",
    type: "stale-read",
    is: "undetermined",
    because: /no later read of x from n3/,
  },
  {
    name: "queue out of order, and nothing was claimed",
    text: "E1[0,10]@n1 E2[20,30]@n1 | Q2[100,110]@n2 Q1[200,210]@n2",
    holds: "queue",
    type: "non-linearizable",
    is: "undetermined",
    because: /flaw if the store promises linearizable/,
  },
  {
    name: "only the order of events was recorded",
    text: "W1@n1 R-@n2 R1@n2",
    isUntimed: true,
    type: "read-your-writes",
    is: "undetermined",
    because: /no times/,
  },
];
