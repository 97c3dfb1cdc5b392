import type { NodeContext } from "#core/store-node";

/** A node that started asks the leader up to where it has to apply; the answer carries the question's number. */
export type CatchUpMessage = {
  readonly type: "catch-up" | "catch-up-reply";
  readonly term: number;
  readonly number: number;
  /** Of a reply: the leader's last committed entry. */
  readonly index: number;
};

/**
 * A node does not remember what it knew to be committed: after a start it has to hear it from a leader before it answers reads,
 * or it would show older data than it did before. Only an answer to a question that this process asked counts, since what the
 * leader said earlier may still be on its way.
 */
export class CatchUp {
  readonly #context: NodeContext;
  readonly #number: number;
  #target: number | undefined;
  #done = false;

  constructor(context: NodeContext, isNeeded: boolean) {
    this.#context = context;
    this.#number = context.random.uint32();
    this.#done = !isNeeded;
  }

  get done(): boolean {
    return this.#done;
  }

  /** The leader was heard. */
  ask(leader: string, term: number): void {
    if (this.#done || this.#target !== undefined) return;
    this.#context.send(leader, { type: "catch-up", term, number: this.#number, index: 0 });
  }

  onReply({ number, index }: CatchUpMessage): void {
    if (number === this.#number) this.reach(index);
  }

  /** Everything that this node can have shown before stands at `index` or before. */
  reach(index: number): void {
    this.#target = Math.min(index, this.#target ?? index);
  }

  applied(index: number): void {
    if (this.#target !== undefined && index >= this.#target) this.#done = true;
  }
}
