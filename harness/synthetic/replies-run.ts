import type { Json } from "#core/json";
import type { OperationFunction } from "#core/functions";
import { HISTORY_FORMAT } from "#core/operation";
import { Random } from "#core/random";
import type { RecordedEvent, Recording } from "./recording.ts";

export interface RepliesShape {
  readonly operations: number;
  readonly clients: number;
  readonly seed: string;
}

const NODES = ["n1", "n2", "n3"];
const LOGS = ["a", "b"];
/** Nanoseconds between two events. */
const TICK = 1_000_000;

/**
 * A history without anomaly of logs that are polled, of ids and of echoes; at the end every node is polled. Operations of
 * different clients overlap: each takes effect when it ends.
 */
export function repliesRun({ operations, clients, seed }: RepliesShape): Recording {
  const random = new Random(seed);
  const maker = new Maker();
  const open = new Map<number, () => void>();
  for (let i = 0; i < operations; i++) {
    const process = random.int(clients);
    open.get(process)?.();
    open.set(process, maker.begin(process, random));
  }
  for (const end of open.values()) end();
  for (const [i, node] of NODES.entries()) for (const log of LOGS) maker.pollAtEnd(clients + i, log, node);
  return {
    header: {
      riftcheck: HISTORY_FORMAT,
      objects: [
        { keys: "*", type: "log", initial: null, order: "version", uniqueWrites: true, siblings: false },
      ],
      nodes: NODES,
    },
    events: maker.events,
  };
}

class Maker {
  readonly events: RecordedEvent[] = [];
  readonly #logs = new Map<string, Json[]>(LOGS.map((log) => [log, []]));
  #made = 0;

  /** @returns what ends the operation */
  begin(process: number, random: Random): () => void {
    const node = random.pick(NODES);
    const f = random.pick<OperationFunction>(["send", "poll", "generate", "echo"]);
    const key = f === "send" || f === "poll" ? { key: random.pick(LOGS) } : {};
    const asked: Json = f === "send" || f === "echo" ? this.#made++ : null;
    const from = f === "poll" ? random.int((this.#logs.get(key.key!)?.length ?? 0) + 1) : 0;
    const common = { process, f, ...key, node };
    this.#add({ ...common, type: "invoke", value: asked });
    return () => this.#add({ ...common, type: "ok", ...this.#answer(f, key.key ?? "", asked, from) });
  }

  pollAtEnd(process: number, key: string, node: string): void {
    const common = { process, f: "poll", key, node, final: true } as const;
    this.#add({ ...common, type: "invoke", value: null });
    this.#add({ ...common, type: "ok", ...this.#answer("poll", key, null, 0) });
  }

  #answer(
    f: OperationFunction,
    key: string,
    asked: Json,
    from: number,
  ): Pick<RecordedEvent, "value" | "version"> {
    const log = this.#logs.get(key) ?? [];
    switch (f) {
      case "send":
        return { value: asked, version: log.push(asked) - 1 };
      case "poll":
        return { value: log.map((message, offset) => [offset, message]).slice(from), version: from };
      case "generate":
        return { value: `id-${this.#made++}` };
      default:
        return { value: asked, ...{ observed: asked } };
    }
  }

  #add(event: Omit<RecordedEvent, "index" | "time">): void {
    this.events.push({ ...event, index: 0, time: this.events.length * TICK });
  }
}
