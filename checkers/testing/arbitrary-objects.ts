import fc from "fast-check";
import type { Operation } from "./operations.ts";

/** A step of a random run, as fast-check draws and shrinks it. */
interface Step {
  readonly session: number;
  readonly f: number;
  readonly gap: number;
  readonly duration: number;
  /** Where in its interval the operation takes effect, in hundredths. */
  readonly effect: number;
  readonly outcome: number;
  readonly lie: number;
  readonly choice: number;
}

type Draft = { -readonly [K in keyof Operation]: Operation[K] };

/** A kind of object to make runs of. `S` is its state, which `perform` changes. */
export interface ObjectRuns<S> {
  readonly start: () => S;
  /** What the `i`th operation asks for, by its drawn number of 100. */
  readonly ask: (f: number, choice: number, i: number) => Pick<Operation, "f" | "value">;
  /** Takes effect and answers; `lies`: answers something that need not be so. */
  readonly perform: (state: S, operation: Draft, lies: boolean, choice: number) => void;
}

const INFO_SHARE = 15;
const FAIL_SHARE = 4;

/** Random runs on one atomic object, some of whose answers are then falsified. */
export function objectRuns<S>(
  kind: ObjectRuns<S>,
  shape: { readonly sessions: number; readonly operations: number; readonly lies: number },
): fc.Arbitrary<Operation[]> {
  const percent = fc.nat({ max: 99 });
  const step: fc.Arbitrary<Step> = fc.record({
    session: fc.nat({ max: shape.sessions - 1 }),
    f: percent,
    gap: fc.nat({ max: 3 }),
    duration: fc.integer({ min: 1, max: 6 }),
    effect: percent,
    outcome: percent,
    lie: percent,
    choice: percent,
  });
  return fc
    .noBias(fc.array(step, { minLength: 3, maxLength: shape.operations }))
    .map((steps) => runOf(kind, steps, shape.lies));
}

function runOf<S>(kind: ObjectRuns<S>, steps: readonly Step[], lies: number): Operation[] {
  const free = new Map<number, number>();
  const drafts = steps.map((step, i) => {
    const inv = (free.get(step.session) ?? 0) + 1 + step.gap * 2;
    const ret = inv + step.duration * 2 - 1;
    free.set(step.session, ret);
    const isInfo = step.outcome < INFO_SHARE;
    const operation: Draft = {
      session: step.session,
      key: "x",
      ...kind.ask(step.f, step.choice, i),
      inv,
      ret: isInfo ? Number.POSITIVE_INFINITY : ret,
      status: isInfo ? "info" : step.outcome < INFO_SHARE + FAIL_SHARE ? "fail" : "ok",
    };
    const late = isInfo && step.lie % 2 === 0 ? step.duration * 4 : 0;
    return { step, operation, effectAt: inv + ((ret - inv) * (step.effect + 0.5)) / 100 + late };
  });
  const state = kind.start();
  for (const { step, operation } of drafts.toSorted((a, b) => a.effectAt - b.effectAt)) {
    const happens = operation.status === "ok" || (operation.status === "info" && step.choice % 2 === 0);
    if (happens) kind.perform(state, operation, step.lie < lies, step.choice);
  }
  return drafts.map(({ operation }) => operation);
}

const isOk = ({ status }: Draft): boolean => status === "ok";

/** Elements 0 … `elements` - 1; reads of the whole set take `reads` of 100 operations, questions for an element 25. */
export const setsOf = (elements: number, reads: number, removes = 15): ObjectRuns<Set<number>> => ({
  start: () => new Set(),
  ask: (f, choice) => {
    if (f < reads) return { f: "read", value: null };
    const value = choice % elements;
    return { f: f < reads + 25 ? "contains" : f < reads + 25 + removes ? "remove" : "add", value };
  },
  perform: (state, operation, lies, choice) => {
    const { f, value } = operation;
    const element = value as number;
    const isIn = state.has(element);
    if (f === "add") state.add(element);
    if (f === "remove") state.delete(element);
    if (!isOk(operation)) return;
    if (f === "contains") operation.result = lies ? !isIn : isIn;
    if (f === "read") operation.value = [...state].filter((_, i) => !lies || i !== choice % state.size);
    if (f === "add" && isIn && choice < 30) operation.result = false;
    if (f === "remove" && (lies ? isIn : !isIn) && choice < 30) operation.result = false;
  },
});

/** Adds of distinct elements, and reads of the whole. */
export const growingSets: ObjectRuns<Set<number>> = {
  ...setsOf(1, 0),
  ask: (f, _, i) => (f < 40 ? { f: "read", value: null } : { f: "add", value: i }),
};

/** `distinct`: no element is appended twice. Lies leave out an element, swap two, repeat one or make one up. */
export const listsOf = (distinct: boolean): ObjectRuns<number[]> => ({
  start: () => [],
  ask: (f, choice, i) =>
    f < 50 ? { f: "append", value: distinct ? i : choice % 3 } : { f: "read", value: null },
  perform: (state, operation, lies, choice) => {
    if (operation.f === "append") state.push(operation.value as number);
    else if (isOk(operation)) operation.value = lies ? falsified(state, choice) : [...state];
  },
});

function falsified(state: readonly number[], choice: number): number[] {
  const at = choice % Math.max(1, state.length);
  const element = state[at] ?? 7;
  if (choice < 10) return [...state, choice];
  if (choice < 20) return [...state, element];
  if (choice < 50) return [...state.toSpliced(at, 1), element];
  return state.toSpliced(at, 1);
}

/** `distinct`: no value is enqueued twice. */
export const queuesOf = (distinct: boolean): ObjectRuns<number[]> => ({
  start: () => [],
  ask: (f, choice, i) =>
    f < 50 ? { f: "enqueue", value: distinct ? i : choice % 2 } : { f: "dequeue", value: null },
  perform: (state, operation, lies, choice) => {
    if (operation.f === "enqueue") {
      state.push(operation.value as number);
      return;
    }
    const index = lies ? choice % Math.max(1, state.length) : 0;
    const [taken = null] = state.splice(index, 1);
    if (isOk(operation)) operation.value = lies && choice < 30 ? (choice < 15 ? null : choice % 4) : taken;
  },
});

/** Queues that are drained now and then; lies leave out an element of a drain, or turn its list. */
export const drainedQueuesOf = (distinct: boolean): ObjectRuns<number[]> => {
  const queue = queuesOf(distinct);
  return {
    ...queue,
    ask: (f, choice, i) =>
      f < 55
        ? { f: "enqueue", value: queue.ask(0, choice, i).value }
        : { f: f < 85 ? "drain" : "dequeue", value: null },
    perform: (state, operation, lies, choice) => {
      if (operation.f !== "drain") {
        queue.perform(state, operation, lies && choice < 60, choice);
        return;
      }
      const taken = state.splice(0);
      if (isOk(operation)) operation.value = lies ? turned(taken, choice) : taken;
    },
  };
};

const turned = (elements: readonly number[], choice: number): number[] =>
  choice < 60
    ? elements.toReversed()
    : choice < 80
      ? elements.slice(1)
      : [...elements.slice(1), ...elements.slice(0, 1)];

/** `distinct`: no value is pushed twice. */
export const stacksOf = (distinct: boolean): ObjectRuns<number[]> => {
  const queue = queuesOf(distinct);
  return {
    ...queue,
    ask: (f, choice, i) => {
      const { value } = queue.ask(f, choice, i);
      return { f: f < 50 ? "push" : "pop", value };
    },
    perform: (state, operation, lies, choice) => {
      if (operation.f === "push") {
        state.push(operation.value as number);
        return;
      }
      const index = lies ? choice % Math.max(1, state.length) : state.length - 1;
      const [taken = null] = state.length === 0 ? [] : state.splice(index, 1);
      if (isOk(operation)) operation.value = lies && choice < 30 ? (choice < 15 ? null : choice % 4) : taken;
    },
  };
};

/** Counters that change by one of these amounts at a time. */
export const countersOf = (amounts: readonly number[]): ObjectRuns<{ count: number }> => ({
  start: () => ({ count: 0 }),
  ask: (f, choice) =>
    f < 55 ? { f: "increment", value: amounts[choice % amounts.length]! } : { f: "read", value: null },
  perform: (state, operation, lies, choice) => {
    if (operation.f === "increment") state.count += operation.value as number;
    else if (isOk(operation)) operation.value = state.count + (lies ? [-2, -1, 1, 2][choice % 4]! : 0);
  },
});

export const counterRuns: ObjectRuns<{ count: number }> = countersOf([1, 1, 2, 3, -1, -2]);

/** Texts of few letters, so that one text can come about in several ways; a tenth of the operations write a whole one. */
export const textRuns: ObjectRuns<{ text: string }> = {
  start: () => ({ text: "" }),
  ask: (f, choice) => {
    if (f < 45) return { f: "read", value: null };
    return { f: f < 55 ? "write" : "append", value: ["a", "b", "ab", "ba"][choice % 4]! };
  },
  perform: (state, operation, lies, choice) => {
    if (operation.f === "write") state.text = operation.value as string;
    else if (operation.f === "append") state.text += operation.value as string;
    else if (isOk(operation)) operation.value = lies ? lieAbout(state.text, choice) : state.text;
  },
};

const lieAbout = (text: string, choice: number): string =>
  choice < 40 ? text.slice(0, -1) : choice < 70 ? text.split("").reverse().join("") : `${text}b`;

interface LockState {
  owner: number | undefined;
  token: number;
}

/** `tokens`: acquires give fencing tokens. `refusals`: an acquire of a lock that is held may be refused, instead of failing. */
export const locksOf = (tokens: boolean, refusals: boolean): ObjectRuns<LockState> => ({
  start: () => ({ owner: undefined, token: 0 }),
  ask: (f) => (f < 55 ? { f: "acquire", value: null } : { f: "release", value: null }),
  perform: (state, operation, lies, choice) => {
    if (operation.f === "release") {
      if (state.owner === operation.session) state.owner = undefined;
      else if (isOk(operation) && choice >= 3) operation.status = "fail";
      return;
    }
    const isHeld = state.owner !== undefined;
    if (isHeld && !lies) {
      if (isOk(operation) && refusals) operation.result = false;
      else if (isOk(operation)) operation.status = "fail";
      return;
    }
    state.owner = operation.session;
    if (tokens && isOk(operation)) operation.value = lies && choice < 30 ? state.token : ++state.token;
  },
});
