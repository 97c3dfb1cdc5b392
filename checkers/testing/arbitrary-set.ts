import fc from "fast-check";
import type { Operation } from "./operations.ts";

interface Step {
  readonly session: number;
  readonly key: number;
  readonly f: number;
  readonly gap: number;
  readonly duration: number;
  readonly effect: number;
  readonly outcome: number;
  readonly lie: number;
  readonly choice: number;
}

const ADDS = 55;
const REMOVES = 5;
/** Where elements are put in again: so many different ones, and so many removes in place of reads. */
const AGAIN = { elements: 3, removes: 15 };
const INFO_SHARE = 20;
const FAIL_SHARE = 5;

/** Random runs on atomic sets, some of whose reads then lack elements or show one that was not there. */
export function setRuns(shape: {
  sessions: number;
  keys: number;
  operations: number;
  lies: number;
  /** Elements are removed and put in again, and some answers tell whether they were there. */
  again?: boolean;
}): fc.Arbitrary<Operation[]> {
  const percent = fc.nat({ max: 99 });
  const step: fc.Arbitrary<Step> = fc.record({
    session: fc.nat({ max: shape.sessions - 1 }),
    key: fc.nat({ max: shape.keys - 1 }),
    f: percent,
    gap: fc.nat({ max: 3 }),
    duration: fc.integer({ min: 1, max: 5 }),
    effect: percent,
    outcome: percent,
    lie: percent,
    choice: percent,
  });
  return fc
    .noBias(fc.array(step, { minLength: 3, maxLength: shape.operations }))
    .map((steps) => runOf(steps, shape.lies, shape.again ?? false));
}

function runOf(steps: readonly Step[], lies: number, again: boolean): Operation[] {
  const free = new Map<number, number>();
  const drafts = steps.map((step, i) => {
    const inv = (free.get(step.session) ?? 0) + 1 + step.gap * 2;
    const ret = inv + step.duration * 2 - 1;
    free.set(step.session, ret);
    return {
      step,
      operation: draftOf(step, again ? i % AGAIN.elements : i, inv, ret, again ? AGAIN.removes : REMOVES),
      effectAt: inv + ((ret - inv) * (step.effect + 0.5)) / 100,
    };
  });
  const state = new Map<string, number[]>();
  for (const { step, operation } of drafts.toSorted((a, b) => a.effectAt - b.effectAt)) {
    const elements = state.get(operation.key) ?? [];
    if (operation.f === "read")
      operation.value = operation.status === "ok" ? shown(elements, step, lies) : null;
    else if (operation.status === "ok" || (operation.status === "info" && step.choice % 2 === 0)) {
      const rest = elements.filter((element) => element !== operation.value);
      if (again) answer(operation, rest.length < elements.length, step);
      state.set(operation.key, operation.f === "add" ? [...rest, operation.value as number] : rest);
    }
  }
  return drafts.map(({ operation }) => operation);
}

function draftOf(
  step: Step,
  i: number,
  inv: number,
  ret: number,
  removes: number,
): { -readonly [K in keyof Operation]: Operation[K] } {
  const f = step.f < ADDS ? "add" : step.f < ADDS + removes ? "remove" : "read";
  const isInfo = step.outcome < INFO_SHARE && f !== "read";
  return {
    session: step.session,
    f,
    key: "xyz"[step.key]!,
    value: f === "remove" ? Math.floor((i * step.choice) / 100) : i,
    inv,
    ret: isInfo ? Number.POSITIVE_INFINITY : ret,
    status: isInfo ? "info" : step.outcome < INFO_SHARE + FAIL_SHARE ? "fail" : "ok",
    node: `n${1 + (step.choice % 2)}`,
  };
}

/** An add of what is there and a remove of what is not are refused now and then; of what they did nothing is told. */
function answer(
  operation: { -readonly [K in keyof Operation]: Operation[K] },
  isIn: boolean,
  step: Step,
): void {
  const isVain = isIn === (operation.f === "add");
  if (operation.status === "ok" && isVain && step.choice < 50) operation.result = false;
}

function shown(elements: readonly number[], { lie, choice }: Step, lies: number): number[] {
  if (lie >= lies) return [...elements];
  if (choice < 5) return [...elements, 99];
  return elements.filter((_, i) => i !== choice % Math.max(1, elements.length));
}
