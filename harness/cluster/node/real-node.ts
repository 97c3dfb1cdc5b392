import { mkdirSync } from "node:fs";
import type { Json } from "#core/json";
import { Random } from "#core/random";
import type { NodeContext, NodeDisk, SimPlan, StoreNode } from "#core/store-node";
import { MILLISECOND } from "#core/units";
import { freezeJson } from "../sim/freeze.ts";
import { serveClients } from "./clients.ts";
import { Callbacks, failureLine, STORE_FAILED_EXIT } from "./failure.ts";
import { JournalDisk } from "./journal-disk.ts";
import { Peers } from "./peers.ts";

export const CLIENT_PORT = 7_100;
export const PEER_PORT = 7_101;

export interface RealNodeOptions {
  readonly node: string;
  /** Address of every node, this one included. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly seed: string;
  /** Milliseconds since 1970 that the cluster's wall clocks count from: nanoseconds since 1970 are not exact as numbers. */
  readonly epoch: number;
  /** Folder of the node's disk. */
  readonly data: string;
}

/** Exit code of a node's process whose disk failed: no fault of its store, which may start again on a better one. */
const DISK_FAILED_EXIT = 74;

/** No room, or a device that does not answer as it should. */
const isDiskTrouble = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  ["ENOSPC", "EDQUOT", "EIO", "EROFS"].includes(String(error.code));

const say = (line: string): void => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);

/**
 * Runs one node of a home-made store as this process: real sockets, files, clocks. What its callbacks throw ends the process
 * with STORE_FAILED_EXIT, and a line of its log says what it was.
 */
export async function runRealNode(plan: SimPlan, options: RealNodeOptions): Promise<void> {
  const callbacks = new Callbacks((failure, error) => {
    if (isDiskTrouble(error)) {
      say(`the disk failed: ${String(error)}`);
      process.exit(DISK_FAILED_EXIT);
    }
    say(`riftcheck: uncaught: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    say(failureLine(failure));
    process.exit(STORE_FAILED_EXIT);
  });
  process.on("uncaughtException", (error) => callbacks.failed(error));
  const { node, hosts, data } = options;
  mkdirSync(data, { recursive: true });
  let store: StoreNode | undefined;
  const network = new Peers(node, (from, message) =>
    callbacks.run(`when it got the message below from ${from}`, message, () =>
      store?.onMessage(from, message),
    ),
  );
  const peers = Object.keys(hosts).filter((name) => name !== node);
  const context = createContext(plan, options, {
    peers,
    callbacks,
    disk: guarded(new JournalDisk(data), callbacks),
    send: (to, message) => network.send(to, message),
  });
  callbacks.run("while it was made", undefined, () => {
    store = plan.createNode(context);
  });
  await network.listen(PEER_PORT);
  network.connect(new Map(peers.map((name) => [name, { host: hosts[name] ?? name, port: PEER_PORT }])));
  await serveClients(CLIENT_PORT, (request, reply) =>
    callbacks.run("when it got the request below", request, () =>
      store?.onRequest(request, (response) => reply(freezeJson(response))),
    ),
  );
}

interface Surroundings {
  readonly peers: readonly string[];
  readonly callbacks: Callbacks;
  readonly disk: NodeDisk;
  send(to: string, message: Json): void;
}

function createContext(
  plan: SimPlan,
  { node, seed, epoch }: RealNodeOptions,
  { peers, callbacks, disk, send }: Surroundings,
): NodeContext {
  const ahead = plan.clock?.(node)?.ahead ?? 0;
  const timeOfDay = preciseTimeOfDay();
  return {
    node,
    peers,
    random: new Random(`${seed}/${node}/${process.pid}/${Date.now()}`),
    now: () => Math.round(performance.now() * MILLISECOND),
    wallClock: () => Math.round((timeOfDay() - epoch) * MILLISECOND) + ahead,
    send: (to, message) => send(to, freezeJson(message)),
    after: (ns, callback) => {
      const fire = (): void => callbacks.run("when a timer fired", undefined, callback);
      const timer = setTimeout(fire, Math.max(0, ns / MILLISECOND));
      return () => clearTimeout(timer);
    },
    disk,
    log: say,
  };
}

/** `Date.now` counts whole milliseconds; what it and the precise clock differ by beyond that, is that somebody set the time. */
const COARSE_MS = 2;

/** Milliseconds since 1970, with fractions, that follow when the machine's time of day is set. */
export function preciseTimeOfDay(
  coarse: () => number = Date.now,
  precise: () => number = () => performance.timeOrigin + performance.now(),
): () => number {
  let set = 0;
  return () => {
    const off = coarse() - (precise() + set);
    if (Math.abs(off) > COARSE_MS) set += off;
    return precise() + set;
  };
}

/** The disk, whose syncs call the store back like everything else does. */
const guarded = (disk: JournalDisk, callbacks: Callbacks): NodeDisk => ({
  get: (key) => disk.get(key),
  set: (key, value) => disk.set(key, value),
  remove: (key) => disk.remove(key),
  keys: () => disk.keys(),
  append: (log, entry) => disk.append(log, entry),
  read: (log) => disk.read(log),
  truncate: (log, length) => disk.truncate(log, length),
  sync: (done) => disk.sync(() => callbacks.run("when a sync was done", undefined, done)),
});
