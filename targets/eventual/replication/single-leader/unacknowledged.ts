import type { Answer, Refusal } from "../../protocol.ts";
import type { OpenRequest } from "./open-request.ts";

interface Update {
  readonly request: OpenRequest;
  /** What became of it; undefined: it is not applied yet. */
  outcome: Answer | Refusal | undefined;
}

/** The updates that a leader took and has not acknowledged, by the index of their entry. */
export class Unacknowledged {
  readonly #updates = new Map<number, Update>();

  add(index: number, request: OpenRequest): void {
    this.#updates.set(index, { request, outcome: undefined });
  }

  applied(index: number, outcome: Answer | Refusal): void {
    const update = this.#updates.get(index);
    if (update !== undefined) update.outcome = outcome;
  }

  /** All that was applied up to `index` is acknowledged. */
  acknowledge(index: number): void {
    for (const [at, { request, outcome }] of this.#updates) {
      // In the order of the log: nothing after the first that must wait.
      if (at > index || outcome === undefined) return;
      this.#updates.delete(at);
      request.settle(outcome);
    }
  }

  /** Answers all that are left. @param response from what became of the update so far */
  end(response: (outcome: Answer | Refusal | undefined) => Answer | Refusal): void {
    const updates = [...this.#updates.values()];
    this.#updates.clear();
    for (const { request, outcome } of updates) request.settle(response(outcome));
  }
}
