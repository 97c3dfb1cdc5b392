import fc from "fast-check";
import type { Json } from "#core/json";
import type { Operation } from "./operations.ts";

/** How many runs a property gets; `FUZZ_RUNS` raises it. */
export const runsOf = (usual: number): number => Number(process.env["FUZZ_RUNS"] ?? usual);

/** A step of a random run, as fast-check draws and shrinks it. */
interface Step {
  readonly session: number;
  readonly key: number;
  readonly f: number;
  readonly gap: number;
  readonly duration: number;
  /** Where in its interval the operation takes effect, in hundredths. */
  readonly effect: number;
  readonly outcome: number;
  /** Whether a read is falsified, and to which of the values known. */
  readonly lie: number;
  readonly choice: number;
  readonly node: number;
}

export interface RunShape {
  readonly sessions: number;
  readonly keys: number;
  readonly operations: number;
  /** Shares of 100: compare-and-sets, deletions; the rest reads and writes half and half. */
  readonly cas?: number;
  readonly deletes?: number;
  /** Share of 100 of reads that return another value than the current one. */
  readonly lies: number;
  /** Written values repeat: there are only so many. */
  readonly values?: number;
  /** Only the session `key % sessions` writes a key. */
  readonly singleWriter?: boolean;
  /** Sessions do not wait for the end of an operation before the next. */
  readonly overlapping?: boolean;
  /** Final reads of every key on this many nodes. */
  readonly finalNodes?: number;
}

const INFO_SHARE = 20;
const FAIL_SHARE = 5;

/** Random runs on an atomic register, some of whose reads are then falsified. */
export function registerRuns(shape: RunShape): fc.Arbitrary<Operation[]> {
  const percent = fc.integer({ min: 0, max: 99 });
  const step: fc.Arbitrary<Step> = fc.record({
    session: fc.integer({ min: 0, max: shape.sessions - 1 }),
    key: fc.integer({ min: 0, max: shape.keys - 1 }),
    f: percent,
    gap: fc.integer({ min: 0, max: 4 }),
    duration: fc.integer({ min: 1, max: 6 }),
    effect: percent,
    outcome: percent,
    lie: percent,
    choice: fc.nat({ max: 9 }),
    node: fc.integer({ min: 0, max: 2 }),
  });
  // Unbiased: shares of 100 would not be shares otherwise.
  return fc
    .noBias(fc.array(step, { minLength: 2, maxLength: shape.operations }))
    .map((steps) => runOf(steps, shape));
}

interface Draft {
  readonly step: Step;
  readonly operation: { -readonly [K in keyof Operation]: Operation[K] };
  readonly effectAt: number;
}

/** Sessions take their steps one after the other; the effects of all are then applied in order of their instants. */
function runOf(steps: readonly Step[], shape: RunShape): Operation[] {
  const free = Array.from({ length: shape.sessions }, () => 0);
  const drafts = steps.map((step, i) => draftOf(step, 1 + (i % (shape.values ?? steps.length)), shape, free));
  const state = new Map<string, Json>();
  for (const { operation, step } of drafts.toSorted((a, b) => a.effectAt - b.effectAt))
    apply(operation, step, state, drafts, shape);
  return drafts.map(({ operation }) => operation);
}

function draftOf(step: Step, value: number, shape: RunShape, free: number[]): Draft {
  const { sessions, cas = 0, deletes = 0, singleWriter = false, overlapping = false } = shape;
  const key = step.key;
  const kind = step.f < cas ? "cas" : step.f < cas + deletes ? "delete" : step.f % 2 === 0 ? "write" : "read";
  const session = singleWriter && kind !== "read" ? key % sessions : step.session;
  // Odd and even ticks, so that an invocation and a return never coincide by chance alone.
  const inv = free[session]! + 1 + step.gap * 2;
  const ret = inv + step.duration * 2 - 1;
  const isInfo = step.outcome < INFO_SHARE && kind !== "read";
  const isFail = !isInfo && step.outcome < INFO_SHARE + FAIL_SHARE;
  free[session] = overlapping ? inv : ret;
  const landsLate = isInfo && step.lie % 2 === 0;
  const effectAt = inv + ((ret - inv) * (step.effect + 0.5)) / 100 + (landsLate ? step.duration * 4 : 0);
  return {
    step,
    effectAt,
    operation: {
      session,
      f: kind,
      key: "xyz"[key]!,
      value: kind === "delete" || kind === "read" ? null : value,
      inv,
      ret: isInfo ? Number.POSITIVE_INFINITY : ret,
      status: isInfo ? "info" : isFail ? "fail" : "ok",
      node: `n${step.node + 1}`,
    },
  };
}

function apply(
  operation: Draft["operation"],
  step: Step,
  state: Map<string, Json>,
  drafts: readonly Draft[],
  shape: RunShape,
): void {
  const { key, f, status } = operation;
  const current = state.get(key) ?? null;
  const lies = step.lie < shape.lies;
  const seen = lies ? otherValue(step, key, drafts) : current;
  if (f === "read") {
    operation.value = status === "ok" ? seen : null;
  } else if (f === "cas") {
    operation.expected = lies || step.choice < 7 ? seen : otherValue(step, key, drafts);
    const holds = operation.expected === current || lies;
    if (status === "ok") operation.result = holds;
    if (status === "ok" && !holds && step.choice % 2 === 0) operation.observed = current;
    if (status !== "fail" && holds) state.set(key, operation.value);
  } else if (status === "ok" || (status === "info" && step.choice < 6)) {
    state.set(key, operation.value);
  }
}

/** Some value that was written on the key at any time, or null, or one that nobody wrote. */
function otherValue(step: Step, key: string, drafts: readonly Draft[]): Json {
  const written = drafts.filter(
    ({ operation }) => operation.key === key && operation.f !== "read" && operation.f !== "delete",
  );
  const candidates = [null, ...written.map(({ operation }) => operation.value)];
  return step.choice === 9 && step.effect === 0
    ? 99
    : candidates[(step.choice * 7 + step.effect) % candidates.length]!;
}
