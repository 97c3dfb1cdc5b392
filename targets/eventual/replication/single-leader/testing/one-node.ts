import { Random } from "#core/random";
import type { NodeContext, NodeDisk } from "#core/store-node";
import { type Nanoseconds, SECOND } from "#core/units";
import type { LogMessage, VoteReply } from "../messages.ts";

/** One node of three, n1, whose peers, n2 and n3, are played by the test. Its timers fire when the test says so. */
export abstract class OneNode<Message extends { readonly type: string }> {
  readonly sent: { to: string; message: Message }[] = [];
  #timers: { at: Nanoseconds; callback: () => void }[] = [];
  #now = 0;

  abstract receive(from: string, message: VoteReply): void;

  /** Lets time pass; timers fire in order. */
  wait(ns: Nanoseconds): void {
    const end = this.#now + ns;
    for (;;) {
      this.#timers.sort((a, b) => a.at - b.at);
      const next = this.#timers[0];
      if (next === undefined || next.at > end) break;
      this.#timers.shift();
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }

  /** What was sent since the last look, of this type. */
  take<Type extends Message["type"]>(type: Type): (Message & { type: Type })[] {
    const messages = this.sent.splice(0).map(({ message }) => message);
    return messages.filter((message) => message.type === type) as (Message & { type: Type })[];
  }

  /** Makes the node leader of the next term, by the vote of n2. @returns the term */
  elect(): number {
    this.wait(2 * SECOND);
    const messages = this.sent.splice(0).map(({ message }) => message as unknown as LogMessage);
    const request = messages.find(({ type }) => type === "pre-vote");
    if (request === undefined) throw new Error("the node does not stand for election");
    this.receive("n2", { type: "pre-vote-reply", term: request.term, granted: true });
    this.receive("n2", { type: "vote-reply", term: request.term, granted: true });
    return request.term;
  }

  /** What a process of the node is given when it starts; the timers of the one before it are gone. */
  protected start(disk: NodeDisk, seed: number): NodeContext {
    this.#timers = [];
    return {
      node: "n1",
      peers: ["n2", "n3"],
      random: new Random(seed),
      now: () => this.#now,
      wallClock: () => this.#now,
      send: (to, message) => this.sent.push({ to, message: message as unknown as Message }),
      after: (ns, callback) => {
        const timer = { at: this.#now + ns, callback };
        this.#timers.push(timer);
        return () => (this.#timers = this.#timers.filter((other) => other !== timer));
      },
      disk,
      log: () => undefined,
    };
  }
}
