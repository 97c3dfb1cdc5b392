import type { LinkConditions } from "#core/cluster";

/** Conditions put on links at once, and what they did. */
export class Shape {
  readonly conditions: LinkConditions;
  /** Messages that fared otherwise because of them. */
  affected = 0;
  #held: (() => void)[] = [];

  constructor(conditions: LinkConditions) {
    this.conditions = conditions;
  }

  /** Keeps a message. @param launch sends it on its way again */
  hold(launch: () => void): void {
    this.affected++;
    this.#held.push(launch);
  }

  /** Sends what was held on its way, in the order in which it was held. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const launch of held) launch();
  }
}
