import fc from "fast-check";
import type { Json } from "#core/json";
import type { OperationFunction } from "#core/functions";
import type { Operation } from "./operations.ts";

export type Draft = { -readonly [K in keyof Operation]: Operation[K] };
export type Sight = Map<Draft, Set<Draft>>;

/** A kind of replicated object to make runs of. */
export interface CrdtRuns {
  /** Read or update `i`, by numbers of 100 and of 1 000; undefined: impossible now. */
  readonly ask: (
    drawn: { readonly f: number; readonly choice: number; readonly i: number },
    former: readonly Draft[],
  ) => Pick<Operation, "f" | "value" | "version">;
  /** Answers from what it sees; `lie` 0: truly; else in one of several wrong ways. */
  readonly answer: (read: Draft, seen: ReadonlySet<Draft>, sight: Sight, lie: number) => void;
}

interface Step {
  readonly session: number;
  readonly f: number;
  readonly gap: number;
  readonly duration: number;
  readonly effect: number;
  readonly outcome: number;
  readonly lie: number;
  readonly choice: number;
  readonly mask: number;
}

export interface CrdtShape {
  readonly sessions: number;
  readonly operations: number;
  /** Shares of 100 of answers that are falsified. */
  readonly lies: number;
  readonly causal: boolean;
  readonly nodes: readonly string[];
}

const INFO_SHARE = 18;
const FAIL_SHARE = 4;
/** Shares of 100 of last reads that do not see all they should. */
const PARTIAL = 8;

const stepsOf = (sessions: number, least: number, most: number): fc.Arbitrary<Step[]> => {
  const percent = fc.nat({ max: 99 });
  const step = fc.record({
    session: fc.nat({ max: sessions - 1 }),
    f: percent,
    gap: fc.nat({ max: 3 }),
    duration: fc.integer({ min: 1, max: 6 }),
    effect: percent,
    outcome: percent,
    lie: percent,
    choice: fc.nat({ max: 999 }),
    mask: fc.nat({ max: 0xffff }),
  });
  return fc.noBias(fc.array(step, { minLength: least, maxLength: most }));
};

/** Random runs on one replicated object that sees what it likes, some of whose answers are then falsified, and last reads. */
export function crdtRuns(kind: CrdtRuns, shape: CrdtShape): fc.Arbitrary<Operation[]> {
  const nodes = shape.nodes.length;
  return fc
    .tuple(stepsOf(shape.sessions, 2, shape.operations), stepsOf(1, nodes, nodes))
    .map(([steps, last]) => runOf(kind, steps, last, shape));
}

function runOf(kind: CrdtRuns, steps: readonly Step[], last: readonly Step[], shape: CrdtShape): Operation[] {
  const free = new Map<number, number>();
  const drafts: Draft[] = [];
  const effects = steps.map((step, i) => {
    const inv = (free.get(step.session) ?? 0) + 1 + step.gap * 2;
    const ret = inv + step.duration * 2 - 1;
    free.set(step.session, ret);
    const asked = kind.ask({ f: step.f, choice: step.choice, i }, drafts);
    const isRead = asked.f === "read" || asked.f === "contains";
    const isInfo = step.outcome < INFO_SHARE && !isRead;
    const draft: Draft = {
      session: step.session,
      key: "x",
      ...asked,
      inv,
      ret: isInfo ? Number.POSITIVE_INFINITY : ret,
      status: isInfo ? "info" : step.outcome < INFO_SHARE + FAIL_SHARE && !isRead ? "fail" : "ok",
      node: shape.nodes[step.choice % shape.nodes.length]!,
    };
    if (draft.status !== "ok") delete draft.version;
    drafts.push(draft);
    return { draft, step, at: inv + ((ret - inv) * (step.effect + 0.5)) / 100 };
  });
  const sight: Sight = new Map();
  const isRead = ({ f }: Draft): boolean => f === "read" || f === "contains";
  const placed: Draft[] = [];
  for (const { draft, step } of effects.toSorted((a, b) => a.at - b.at)) {
    if (draft.status === "fail") continue;
    const updates = placed.filter((one) => !isRead(one));
    const seen = new Set(updates.filter((_, i) => ((step.mask >> i) & 1) === 1));
    if (shape.causal) close(draft, placed, seen, sight);
    sight.set(draft, seen);
    placed.push(draft);
    if (isRead(draft)) kind.answer(draft, seen, sight, step.lie < shape.lies ? 1 + step.choice : 0);
  }
  const end = 1 + Math.max(...drafts.map(({ inv, ret }) => (Number.isFinite(ret) ? ret : inv)));
  return [...drafts, ...last.map((step, i) => lastRead(kind, step, i, { placed, sight, shape, end }))];
}

/** A session sees what it saw and did, and with every update what that one saw. */
function close(draft: Draft, placed: readonly Draft[], seen: Set<Draft>, sight: Sight): void {
  for (const other of placed) {
    if (other.session !== draft.session || other.ret >= draft.inv) continue;
    if (other.f !== "read" && other.f !== "contains") seen.add(other);
    for (const one of sight.get(other)!) seen.add(one);
  }
  for (const one of [...seen]) for (const more of sight.get(one)!) seen.add(more);
}

function lastRead(
  kind: CrdtRuns,
  step: Step,
  i: number,
  run: { placed: readonly Draft[]; sight: Sight; shape: CrdtShape; end: number },
): Operation {
  const { placed, sight, shape, end } = run;
  const updates = placed.filter(({ f }) => f !== "read" && f !== "contains");
  const isPartial = step.outcome >= 100 - PARTIAL;
  const seen = new Set(
    updates.filter(({ status }, nth) => (status === "ok" && !isPartial) || ((step.mask >> nth) & 1) === 1),
  );
  for (const one of [...seen]) if (shape.causal) for (const more of sight.get(one)!) seen.add(more);
  const inv = end + i * 2;
  const read: Draft = {
    session: 100 + i,
    f: "read",
    key: "x",
    value: null,
    inv,
    ret: inv + 1,
    status: "ok",
    node: shape.nodes[i]!,
    final: true,
  };
  kind.answer(read, seen, sight, step.lie < shape.lies ? 1 + step.choice : 0);
  return read;
}

/** `decrements`: also negative increments. */
export const counterRunsOf = (decrements: boolean): CrdtRuns => ({
  ask: ({ f, choice }) =>
    f < 55
      ? { f: "increment", value: (decrements ? [1, 2, -1, -2, 4] : [1, 2, 3, 5, 1])[choice % 5]! }
      : { f: "read", value: null },
  answer: (read, seen, _, lie) => {
    const sum = [...seen].reduce((total, { value }) => total + (value as number), 0);
    read.value = lie === 0 ? sum : sum + [-1, 1, -2, 3][lie % 4]!;
  },
});

/** Elements 0 … `elements` - 1. */
export const setRunsOf = (
  elements: number,
  removes: number,
  has: (element: number, seen: ReadonlySet<Draft>, sight: Sight) => boolean,
): CrdtRuns => ({
  ask: ({ f, choice }) => {
    const value = choice % elements;
    if (f < 35) return { f: "read", value: null };
    if (f < 42) return { f: "contains", value };
    return { f: f < 42 + removes ? "remove" : "add", value };
  },
  answer: (read, seen, sight, lie) => {
    const all = Array.from({ length: elements }, (_, element) => element);
    const wrong = lie === 0 ? -1 : lie % elements;
    const shown = all.filter((element) => has(element, seen, sight) !== (element === wrong));
    if (read.f === "contains") read.result = shown.includes(read.value as number);
    else read.value = shown;
  },
});

const some = (seen: ReadonlySet<Draft>, f: OperationFunction, element: number): Draft[] =>
  [...seen].filter((one) => one.f === f && one.value === element);

export const gSetRuns = setRunsOf(3, 0, (element, seen) => some(seen, "add", element).length > 0);
export const twoPhaseSetRuns = setRunsOf(
  2,
  25,
  (element, seen) => some(seen, "add", element).length > 0 && some(seen, "remove", element).length === 0,
);
export const orSetRuns = setRunsOf(2, 25, (element, seen, sight) =>
  some(seen, "add", element).some(
    (add) => !some(seen, "remove", element).some((remove) => sight.get(remove)!.has(add)),
  ),
);

/** A timestamp for a written value; several values share one. */
const stampOf = (value: Json): number => ((value as number) * 13) % 7;

/** Causes before effects, then by value: Lamport's timestamps. */
const lamport = (write: Draft, sight: Sight): number =>
  1 + Math.max(0, ...[...(sight.get(write) ?? [])].map((cause) => lamport(cause, sight)));

/** Distinct values; `versions`: acknowledged writes tell their timestamps, and those do not follow causes. */
export const lwwRunsOf = (versions: boolean): CrdtRuns => ({
  ask: ({ f, i }) =>
    f < 50
      ? { f: "write", value: i + 1, ...(versions ? { version: stampOf(i + 1) } : {}) }
      : { f: "read", value: null },
  answer: (read, seen, sight, lie) => {
    const stamp = (write: Draft): number =>
      versions ? stampOf(write.value) : lamport(write, sight) * 10 + stampOf(write.value);
    const order = [...seen].toSorted(
      (a, b) => stamp(a) - stamp(b) || (a.value as number) - (b.value as number),
    );
    const values = [null, ...order.map(({ value }) => value)];
    read.value = lie === 0 ? values.at(-1)! : lie % 9 === 0 ? 99 : values[lie % values.length]!;
    if (versions && read.value !== null && read.value !== 99) read.version = stampOf(read.value);
  },
});

type Inserted = Draft & { value: { id: number; after: number | null; char: string } };

/** Characters with distinct ids, each inserted after one of those before it; erases, and reads of the whole. */
export const rgaRuns: CrdtRuns = {
  ask: ({ f, choice, i }, former) => {
    const ids = former.filter(({ f: one, status }) => one === "insert" && status !== "fail");
    const id = (ids[choice % Math.max(1, ids.length)] as Inserted | undefined)?.value.id;
    if (f < 35) return { f: "read", value: null };
    if (f < 50 && id !== undefined) return { f: "erase", value: { id } };
    const after = choice % 5 < 2 ? null : (id ?? null);
    return { f: "insert", value: { id: i, after, char: "abcdefgh"[i]! } };
  },
  answer: (read, seen, sight, lie) => {
    const erased = [...seen]
      .filter(({ f }) => f === "erase")
      .map(({ value }) => (value as { id: number }).id);
    const order = ([...seen].filter(({ f }) => f === "insert") as Inserted[]).toSorted(
      (a, b) => lamport(b, sight) - lamport(a, sight) || b.value.id - a.value.id,
    );
    const below = (parent: number | null): Json[] =>
      order
        .filter(({ value: { after } }) => after === parent)
        .flatMap(({ value: { id, char } }) => [...(erased.includes(id) ? [] : [{ id, char }]), ...below(id)]);
    read.value = lie === 0 ? below(null) : falsified(below(null) as { id: number; char: string }[], lie);
  },
};

/** Left out, doubled, turned round, another character, or moved to the front. */
function falsified(shown: { id: number; char: string }[], lie: number): Json {
  const at = lie % Math.max(1, shown.length);
  const rest = shown.filter((_, i) => i !== at);
  const one = shown[at];
  if (one === undefined) return [{ id: lie % 4, char: "abcd"[lie % 4]! }];
  switch (lie % 10) {
    case 0:
      return rest;
    case 1:
      return [...shown, one];
    case 2:
      return [...rest, { id: one.id, char: "z" }];
    case 3:
    case 4:
    case 5:
      return [one, ...rest];
    default:
      return shown.toReversed();
  }
}
