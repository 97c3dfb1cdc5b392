import type { Json } from "#core/json";
import { shown } from "./freeze.ts";
import type { SimRuntime } from "./runtime.ts";

/** How much one node causes to happen, within the present second of virtual time. */
export class NodeLoad {
  readonly node: string;
  readonly #runtime: SimRuntime;
  #second = 0;
  #messages = 0;
  #timers = 0;
  #lastTo: string | undefined;
  #lastMessage: Json = null;

  constructor(node: string, runtime: SimRuntime) {
    this.node = node;
    this.#runtime = runtime;
  }

  get events(): number {
    this.#begin();
    return this.#messages + this.#timers;
  }

  sent(to: string, message: Json): void {
    this.#begin();
    this.#messages++;
    this.#lastTo = to;
    this.#lastMessage = message;
  }

  timer(): void {
    this.#begin();
    this.#timers++;
  }

  describe(): string {
    this.#begin();
    const last =
      this.#lastTo === undefined ? "" : `, the last to ${this.#lastTo}: ${shown(this.#lastMessage)}`;
    return `${this.node} sent ${this.#messages} messages and set ${this.#timers} timers in this second${last}`;
  }

  #begin(): void {
    if (this.#second === this.#runtime.second) return;
    this.#second = this.#runtime.second;
    this.#messages = 0;
    this.#timers = 0;
    this.#lastTo = undefined;
  }
}

interface Loaded {
  readonly load: NodeLoad;
  logEnd(): string;
}

/** Which nodes cause the most, the worst first, and the end of the worst one's log. */
export function describeLoads(hosts: readonly Loaded[]): string {
  const worst = hosts.toSorted((a, b) => b.load.events - a.load.events);
  const lines = worst.slice(0, 3).map(({ load }) => load.describe());
  return [...lines, `the end of the log of ${worst[0]?.load.node}:`, worst[0]?.logEnd() ?? ""].join("\n");
}
