import fc from "fast-check";
import type { Operation } from "./operations.ts";

export interface LogShape {
  readonly operations: number;
  /** Of 100 answers, so many are lies. */
  readonly lies: number;
  readonly nodes: readonly string[];
  /** Of 100 acknowledged messages so many are lost. */
  readonly losses: number;
}

interface Step {
  readonly isSend: boolean;
  readonly session: number;
  readonly duration: number;
  readonly outcome: number;
  readonly lie: number;
  readonly choice: number;
}

const INFO_SHARE = 10;
const FAIL_SHARE = 8;
/** Of 100 messages so many have been sent before. */
const REPEATED = 12;

/**
 * Runs of one log that tells the truth, but for the lies; they end with a poll of each node. A send takes effect when it begins
 * and a poll when it ends. Offsets may be left out.
 */
export const logRuns = ({ operations, lies, nodes, losses }: LogShape): fc.Arbitrary<Operation[]> => {
  const percent = fc.nat({ max: 99 });
  const step = fc.record({
    isSend: fc.boolean(),
    session: fc.nat({ max: 2 }),
    duration: fc.integer({ min: 1, max: 5 }),
    outcome: percent,
    lie: percent,
    choice: fc.nat({ max: 999 }),
  });
  const last = fc.array(step, { minLength: nodes.length, maxLength: nodes.length });
  return fc
    .noBias(fc.tuple(fc.array(step, { minLength: 1, maxLength: operations }), last))
    .map(([steps, ends]) => {
      const maker = new Maker(lies, losses);
      for (const one of steps) maker.perform(one);
      ends.forEach((one, i) => maker.pollAtEnd(one, nodes[i]!));
      return maker.run;
    });
};

type Pair = [offset: number, message: number];

class Maker {
  readonly run: Operation[] = [];
  readonly #lies: number;
  readonly #losses: number;
  readonly #log: Pair[] = [];
  readonly #freeAt = [1, 1, 1];
  #messages = 0;
  #offset = 0;

  constructor(lies: number, losses: number) {
    this.#lies = lies;
    this.#losses = losses;
  }

  perform(step: Step): void {
    if (step.isSend) this.#send(step);
    else this.#poll(step);
  }

  pollAtEnd(step: Step, node: string): void {
    const inv = Math.max(...this.#freeAt) + 1;
    const session = 10 + this.run.length;
    const value = this.#answer(step, 0);
    this.#freeAt.fill(inv + 1);
    if (step.outcome < FAIL_SHARE) return;
    this.run.push({
      session,
      f: "poll",
      key: "x",
      value,
      version: 0,
      inv,
      ret: inv + 1,
      status: "ok",
      node,
      final: true,
    });
  }

  #send(step: Step): void {
    const { outcome, choice } = step;
    const isRepeated = this.#messages > 0 && choice % 100 < REPEATED;
    const message = isRepeated ? choice % this.#messages : this.#messages++;
    const offset = this.#offset;
    const status = outcome < INFO_SHARE ? "info" : outcome < INFO_SHARE + FAIL_SHARE ? "fail" : "ok";
    const happens = status === "ok" || (status === "info" && choice % 2 === 0);
    if (happens) {
      this.#log.push([offset, message]);
      this.#offset += 1 + (choice % 7 === 0 ? 1 : 0);
    }
    const lie = step.lie < this.#lies ? (choice % 3) - 1 : 0;
    if (happens && Math.floor(choice / 10) < this.#losses) this.#log.pop();
    const told = status === "ok" ? { version: Math.max(0, offset + lie) } : {};
    this.run.push({
      ...this.#interval(step, status === "info"),
      f: "send",
      key: "x",
      value: message,
      status,
      ...told,
    });
  }

  #poll(step: Step): void {
    const from = step.choice % (this.#offset + 1);
    const value = this.#answer(step, from).slice(0, 1 + (step.choice % 4));
    const interval = this.#interval(step, false);
    this.run.push({ ...interval, f: "poll", key: "x", value, version: from, status: "ok", node: "n1" });
  }

  #interval({ session, duration }: Step, isOpen: boolean): Pick<Operation, "session" | "inv" | "ret"> {
    const inv = Math.max(...this.#freeAt) - (duration % 3 === 0 ? 1 : 0);
    const own = Math.max(inv, this.#freeAt[session]! + 1);
    this.#freeAt[session] = own + duration;
    return { session, inv: own, ret: isOpen ? Number.POSITIVE_INFINITY : own + duration };
  }

  #answer({ lie, choice }: Step, from: number): Pair[] {
    const pairs = this.#log.filter(([offset]) => offset >= from);
    if (lie >= this.#lies || pairs.length === 0) return pairs;
    const at = choice % pairs.length;
    const [offset, message] = pairs[at]!;
    const lies: (() => Pair[])[] = [
      () => pairs.toSpliced(at, 1),
      () => pairs.toReversed(),
      () => pairs.with(at, [offset + 1, message]),
      () => pairs.with(at, [offset, message + 1]),
      () => [...pairs, pairs[at]!],
      () => [[Math.max(0, from - 1), message], ...pairs],
    ];
    return lies[choice % lies.length]!();
  }
}
