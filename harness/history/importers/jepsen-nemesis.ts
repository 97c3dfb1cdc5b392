import type { Json } from "#core/json";
import type { FaultPhase } from "#core/operation";
import type { EventFeed } from "./event-feed.ts";
import type { JepsenOperation } from "./jepsen-operation.ts";

/** Operations of Jepsen's nemeses that end a fault, and the one that began it. */
const ENDS: Readonly<Record<string, string>> = {
  stop: "start",
  resume: "pause",
  restart: "kill",
  start: "kill",
  heal: "partition",
};
const BEGINS: ReadonlySet<string> = new Set(["start", "pause", "kill", "partition"]);

/**
 * Turns the operations of Jepsen's nemesis into faults, for the bands of a report: `:start-x` to `:stop-x`, `:pause` to
 * `:resume`, `:kill` to `:start`. Each comes twice, when it begins and when it is done. Others are passed over.
 */
export class JepsenNemesis {
  readonly #feed: EventFeed;
  /** Faults in force by the operation that began them. */
  readonly #open = new Map<string, number>();
  #pending: string | undefined;
  #nextId = 1;

  constructor(feed: EventFeed) {
    this.#feed = feed;
  }

  /** @throws EventProblem */
  add(op: JepsenOperation, index: number | undefined, time: number | undefined): void {
    const name = op.f ?? "";
    const done = this.#pending === name;
    this.#pending = done ? undefined : name;
    const ended = beginningOf(name);
    const id = ended === undefined ? undefined : this.#open.get(ended);
    if (ended !== undefined && id !== undefined) {
      if (done) this.#open.delete(ended);
      this.#emit({ id, began: ended, phase: done ? "healed" : "healing", value: op.value }, index, time);
    } else if (BEGINS.has(name) || name.startsWith("start-")) {
      const known = this.#open.get(name) ?? this.#nextId++;
      this.#open.set(name, known);
      this.#emit({ id: known, began: name, phase: done ? "started" : "start", value: op.value }, index, time);
    } else this.#feed.skip(index, time);
  }

  #emit(
    { id, began, phase, value }: { id: number; began: string; phase: FaultPhase; value: Json | undefined },
    index: number | undefined,
    time: number | undefined,
  ): void {
    const fault = began === "start" ? "fault" : began.replace(/^start-/, "");
    const effect = value === undefined || value === null ? {} : { effect: value };
    this.#feed.addFault({ id, fault, phase, nodes: nodesIn(value), ...effect }, index, time);
  }
}

/** The operation that this one undoes. */
function beginningOf(name: string): string | undefined {
  if (name.startsWith("stop-")) return name.replace("stop-", "start-");
  return ENDS[name];
}

/** The nodes that a nemesis acted on, where it names them. */
function nodesIn(value: Json | undefined): string[] {
  if (value === null || typeof value !== "object") return [];
  const names = Array.isArray(value) ? (value as readonly Json[]) : Object.keys(value);
  return names
    .filter((name): name is string => typeof name === "string")
    .map((name) => name.replace(/^:/, ""));
}
