import fc from "fast-check";
import type { Json } from "#core/json";
import type { Operation } from "./operations.ts";

interface Answer {
  readonly choice: number;
  readonly outcome: number;
}

const answers = (count: number): fc.Arbitrary<Answer[]> =>
  fc.noBias(
    fc.array(fc.record({ choice: fc.nat({ max: 999 }), outcome: fc.nat({ max: 99 }) }), {
      minLength: count,
      maxLength: count,
    }),
  );

/** At most this many keys, nodes and rounds. */
const MOST_READS = 3 * 3 * 2;
/** Shares of 100 of final reads that fail, and that show what the others show. */
const FAILING = 4;
const AGREEING = 60;

/** Appends one or two rounds of final reads of every key on every node; they show any of the values written, or null. */
export function withFinalReads(
  runs: fc.Arbitrary<Operation[]>,
  nodes: readonly string[],
): fc.Arbitrary<Operation[]> {
  return fc.tuple(runs, answers(MOST_READS), fc.boolean()).map(([run, drawn, twice]) => {
    const end = 1 + Math.max(...run.flatMap(({ inv, ret }) => [inv, Number.isFinite(ret) ? ret : inv]));
    const keys = [...new Set(run.map(({ key }) => key))];
    const reads = keys.flatMap((key, i) =>
      (twice ? [0, 1] : [0]).flatMap((round) =>
        nodes.map((node, j) => {
          const nth = (i * 2 + round) * nodes.length + j;
          const first = drawn[(i * 2 + round) * nodes.length]!;
          return finalRead(run, key, node, end + round * 40 + nth * 2, { own: drawn[nth]!, first }, nth);
        }),
      ),
    );
    return [...run, ...reads];
  });
}

function finalRead(
  run: readonly Operation[],
  key: string,
  node: string,
  inv: number,
  { own, first }: { own: Answer; first: Answer },
  nth: number,
): Operation {
  const failed = own.outcome < FAILING;
  const agrees = own.outcome < FAILING + AGREEING;
  return {
    session: 100 + nth,
    f: "read",
    key,
    value: failed ? null : shown(run, key, agrees ? first.choice : own.choice),
    inv,
    ret: inv + 1,
    status: failed ? "fail" : "ok",
    node,
    final: true,
  };
}

/** A register's value or null; of a set or list about two thirds of its elements. */
function shown(run: readonly Operation[], key: string, choice: number): Json {
  const written = run.filter(
    (operation) => operation.key === key && ["write", "cas", "add"].includes(operation.f),
  );
  if (written.some(({ f }) => f === "add") || run.some(({ f }) => f === "add")) {
    return [...new Set(written.map(({ value }) => value))].filter((_, i) => (choice >> i) % 3 !== 0);
  }
  if (run.some(({ f }) => f === "increment")) return shownByCounter(run, key, choice);
  if (run.some(({ f }) => f === "append")) return shownOfList(run, key, choice);
  if (run.some(({ f }) => f === "insert")) return shownOfText(run, key, choice);
  const candidates = [
    null,
    ...written.map(({ value }) => value),
    ...written.slice(-2).map(({ value }) => value),
  ];
  return candidates[choice % candidates.length]!;
}

function shownOfList(run: readonly Operation[], key: string, choice: number): Json {
  const appended = run.filter((operation) => operation.key === key && operation.f === "append");
  const elements = appended.map(({ value }) => value).filter((_, i) => (choice >> i) % 4 !== 0);
  return choice % 7 === 0 ? [...elements, choice % 3] : elements;
}

/** About two thirds of the characters, the later ones first; or none where only erasures are left. */
const shownOfText = (run: readonly Operation[], key: string, choice: number): Json =>
  run
    .filter((operation) => operation.key === key && operation.f === "insert")
    .map(({ value }) => value as { readonly id: Json; readonly char: Json })
    .filter((_, i) => (choice >> i) % 3 !== 0)
    .map(({ id, char }) => ({ id, char }))
    .toReversed();

/** The sum of all that was acknowledged, or of about two in three of all changes, now and then with one more or less. */
function shownByCounter(run: readonly Operation[], key: string, choice: number): number {
  const changes = run.filter((operation) => operation.key === key && operation.f === "increment");
  const isExact = choice % 4 === 0;
  const counted = changes.filter(({ status }, i) => (isExact ? status === "ok" : (choice >> i) % 3 !== 0));
  const sum = counted.reduce((total, { value }) => total + (value as number), 0);
  return choice % 11 === 0 ? sum + (choice % 2 === 0 ? 1 : -1) : sum;
}
