import type { NodeContext } from "#core/store-node";
import type { Nanoseconds } from "#core/units";
import { firstQuestion } from "../question-numbers.ts";

/** One question to other nodes that is still open. */
interface Open<Answer> {
  onAnswer(from: string, answer: Answer): void;
  cancel(): void;
}

/** Questions to other nodes by number: answers find them, and time ends them. */
export class Pending<Answer> {
  readonly #context: NodeContext;
  readonly #open = new Map<number, Open<Answer>>();
  #last: number;

  constructor(context: NodeContext) {
    this.#context = context;
    this.#last = firstQuestion(context);
  }

  /** Opens a question. @param onTime called if it is still open after `limit` @returns its number */
  open(limit: Nanoseconds, onAnswer: (from: string, answer: Answer) => void, onTime: () => void): number {
    const id = ++this.#last;
    const cancel = this.#context.after(limit, () => {
      this.#open.delete(id);
      onTime();
    });
    this.#open.set(id, { onAnswer, cancel });
    return id;
  }

  answer(id: number, from: string, answer: Answer): void {
    this.#open.get(id)?.onAnswer(from, answer);
  }

  close(id: number): void {
    this.#open.get(id)?.cancel();
    this.#open.delete(id);
  }
}
