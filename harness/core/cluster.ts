import type { Distribution } from "./distribution.ts";
import type { HarnessError } from "./errors.ts";
import type { Json } from "./json.ts";
import type { Endpoint, Runtime } from "./runtime.ts";
import type { Nanoseconds } from "./units.ts";

export type NodeState = "running" | "paused" | "stopped";

/** One direction between two nodes, or between all clients (`CLIENTS`) and a node. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/** Stands for every client in a `Link`; only where the cluster has the capability `clientLinks`. No node has this name. */
export const CLIENTS = "clients";

/**
 * A running set of nodes, whatever they live in. Faults are made of these primitives; each one resolves only when its
 * effect was confirmed. Disposing tears everything down.
 */
export interface Cluster extends AsyncDisposable, Partial<Capabilities> {
  readonly environment: "docker" | "sim" | "process" | "existing";
  readonly nodes: readonly string[];
  /** Aborted, with a HarnessError for reason, once the cluster sees the store break its protocol: that ends the run. */
  readonly broken?: AbortSignal;
  endpoint(node: string): Endpoint;

  /** Ends every store process of the node with SIGKILL; resolves when they are gone. Harmless on a stopped node. */
  kill(node: string): Promise<void>;
  /** Starts the node's processes again with the data they left; resolves when they run. Harmless on a running node. */
  start(node: string): Promise<void>;
  /** Stops the node's processes from running without ending them. Harmless on a paused node. */
  pause(node: string): Promise<void>;
  resume(node: string): Promise<void>;
  state(node: string): Promise<NodeState>;
  /** What proves that a node's processes are others than before: process ids or start times. */
  incarnation(node: string): Promise<string>;

  /** Drops the packets of these links, in addition to those dropped already. A link blocked twice is unblocked twice. */
  block(links: readonly Link[]): Promise<void>;
  /**
   * Takes back what one `block` did to these links, or, without links, everything that any `block` did; confirms that
   * nothing of it is left. Harmless where nothing is blocked.
   */
  unblock(links?: readonly Link[]): Promise<void>;
  /** Packets dropped by the rules in force: on these links, or on all. A link's count begins when it is blocked. */
  dropped(links?: readonly Link[]): Promise<number>;
  /** Whether a packet from `from` arrives at `to` and is answered. */
  reachable(from: string, to: string): Promise<boolean>;

  /**
   * What a home-made store threw, if one of its processes ended by that; cheap, asked again and again during a run. Absent where
   * such a failure ends the run by itself, or where stores are no matter of ours.
   */
  failure?(): Promise<HarnessError | undefined>;

  /** Image ids, versions, addresses: what `run.json` keeps of where the run happened. */
  describe(): Json;
  /** Log text of every process, by `<node>/<process>.log`. */
  logs(): Promise<Readonly<Record<string, string>>>;
}

/** What some clusters can do and others cannot; a fault names those it needs. */
export interface Capabilities {
  /** Nodes can lose their power. */
  readonly power: PowerControl;
  /** Every node has a clock of its own that can be set. */
  readonly clocks: ClockControl;
  /** Links can be made slow, lossy or narrow. */
  readonly shaping: LinkShaping;
  /** Nodes can be made slow. */
  readonly speed: SpeedControl;
  /** `block` and `reachable` know links from and to `CLIENTS`. */
  readonly clientLinks: true;
  /** Connections can be broken. */
  readonly connections: ConnectionControl;
  /** Processes can be asked to end. */
  readonly shutdown: ShutdownControl;
  /** Nodes have disks that can fill, slow down and go bad. */
  readonly disk: DiskControl;
  /** Nodes can be left with little processor time or memory. */
  readonly pressure: PressureControl;
  /** New machines can take the place of nodes'. */
  readonly machines: MachineControl;
  /** Nodes are broken and healed by commands of the user's. */
  readonly commands: CommandControl;
}
export type Capability = keyof Capabilities;

export interface PowerControl {
  /**
   * The machine loses its power: its process is gone, and of what was not synced to disk anything may be gone. Resolves
   * when it is off, with what is known of the loss. `start` brings it back. Harmless on a stopped node, whose unsynced
   * writes are lost all the same.
   */
  cut(node: string): Promise<Json>;
}

/** Faults that the user's own commands begin and end, by their names. */
export interface CommandControl {
  /** Begins it on these nodes; resolves when it is seen to be in force there. @throws HarnessError `fault-failed` */
  begin(fault: string, nodes: readonly string[]): Promise<void>;
  /** Ends it and confirms that it is gone. Harmless where it was not begun. @throws HarnessError `heal-failed` */
  end(fault: string, nodes: readonly string[]): Promise<void>;
  inForce(fault: string, node: string): Promise<boolean>;
  /** Ends everything that was begun. */
  reset(): Promise<void>;
}

/** The clocks of nodes: what their processes see, not what the harness measures with. */
export interface ClockControl {
  /** How far the node's time of day is ahead of the right one now; negative: behind. */
  ahead(node: string): Promise<Nanoseconds>;
  /** Sets the time of day forward, or back, at once. Monotonic clocks do not notice. */
  jump(node: string, by: Nanoseconds): Promise<void>;
  /** From now on the node's clocks, monotonic one and timers included, run `rate` times as fast as time does. */
  setRate(node: string, rate: number): Promise<void>;
  /** Puts time of day and rate back to what they would be had nobody touched them. Harmless if nobody did. */
  reset(node: string): Promise<void>;
  /**
   * Sets the clock ahead by `by` and right again, in turn, every `period`, by itself. Absent where `jump` is as quick as that.
   * `reset` ends it too.
   */
  strobe?(node: string, by: Nanoseconds, period: Nanoseconds): Promise<Strobe>;
  /** How often the node's processes have read their clocks. Absent where nobody counts. */
  reads?(node: string): Promise<number>;
}

export interface Strobe {
  /** Ends it and takes back what it did. @returns how often it flipped. Harmless when it has ended. */
  calm(): Promise<number>;
}

/** What becomes of the messages of a link, beyond what becomes of them anyway. Everything left out stays as it is. */
export interface LinkConditions {
  /** Added to the time a message is under way. */
  readonly delay?: Distribution;
  /** Probability that a message is lost; on a connection, which repairs losses, that it is late. */
  readonly loss?: number;
  /** Probability that a message arrives twice. Connections never show it. */
  readonly duplication?: number;
  /** Probability that a message is damaged. Checksums find it, so that it is lost; on a connection it is late. */
  readonly corruption?: number;
  /** Messages held back so that later ones overtake them. Connections never show it. */
  readonly reordering?: { readonly probability: number; readonly by: Distribution };
  /** Width of the link. A message waits for those before it; one that would wait longer than `queue` is lost. */
  readonly rate?: { readonly bytesPerSecond: number; readonly queue: Nanoseconds };
  /** What is sent arrives only after the conditions were lifted; what is under way already, arrives. */
  readonly hold?: boolean;
}

export interface LinkShaping {
  /** Adds conditions to those that the links have already. */
  shape(links: readonly Link[], conditions: LinkConditions): Promise<ShapedLinks>;
  /** Lifts everything that any `shape` did. */
  reset(): Promise<void>;
}

/** The conditions of one `shape`, in force. */
export interface ShapedLinks {
  /** By what they are put on packets, where there are several ways. */
  readonly by?: string;
  /** Messages that fared otherwise because of them, so far. */
  affected(): Promise<number>;
  /** Ends them and confirms it; what they held arrives. Harmless when they have ended. */
  lift(): Promise<void>;
}

export interface SpeedControl {
  /** Whatever the node does – for a message, a request, a timer – takes this long from now on, one after the other. */
  slow(node: string, perEvent: Distribution): Promise<void>;
  /** The node is as fast as ever, and does what it has not come to yet. Harmless if it was not slow. */
  restore(node: string): Promise<void>;
  /** How many things the slow node has done so far, since `slow`. */
  slowed(node: string): Promise<number>;
}

export interface ConnectionControl {
  /** Breaks the connections between a node and its peers, node names or `CLIENTS`. @returns how many there were */
  reset(node: string, peers: readonly string[]): Promise<number>;
}

export interface ShutdownControl {
  /**
   * Asks the node's processes to end as their administrator would, and kills those that have not within `patience`. Harmless on
   * a stopped node. @returns whether all ended by themselves
   */
  stop(node: string, patience: Nanoseconds): Promise<boolean>;
}

/** The disk that holds what a node keeps. */
export interface DiskControl {
  /** Takes up space until `leave` bytes are free. @returns how many are */
  fill(node: string, leave: number): Promise<number>;
  /** Bytes that are free. */
  free(node: string): Promise<number>;
  /** Gives back what `fill` took. Harmless if it took nothing. */
  empty(node: string): Promise<void>;
  /** From now on at most so many writes reach the disk each second; the others wait. */
  throttle(node: string, writesPerSecond: number): Promise<void>;
  /** Writes that the throttle let through since `throttle`. */
  throttled(node: string): Promise<number>;
  /** The disk is as fast as ever. Harmless if it was not throttled. */
  release(node: string): Promise<void>;
  /** Damages one of the files of a stopped node. @returns which, and how */
  damage(node: string, damage: Damage): Promise<Json>;
  /** Gives a stopped node the bytes back that `damage` took, and forgets what they were. Harmless if nothing was damaged. */
  repair(node: string): Promise<void>;
  /** What was damaged stays so: forgets what it was. */
  accept(node: string): Promise<void>;
  /** Removes everything that a stopped node keeps. */
  wipe(node: string): Promise<void>;
}

/** `seed` chooses the file among those that hold something, by their size, and the bits. */
export type Damage =
  | { readonly kind: "flip"; readonly bits: number; readonly seed: number }
  | { readonly kind: "cut"; readonly bytes: number; readonly seed: number };

export interface MachineControl {
  /**
   * In place of a stopped node's machine comes a new one, with its name, its address and nothing that it kept; what its processes
   * logged stays known. `start` starts it.
   * @param commands by process: how it is started from now on; left out: as before
   */
  replace(node: string, commands: Readonly<Record<string, readonly string[]>>): Promise<void>;
}

export interface PressureControl {
  /** The node gets this share of one processor. */
  squeezeProcessor(node: string, share: number): Promise<void>;
  /** The node may use this many bytes more than it uses now; more ends processes, or makes them wait. */
  squeezeMemory(node: string, room: number): Promise<void>;
  /** How often the node ran into its limits since they were set. */
  felt(node: string): Promise<number>;
  /** Takes the limits away. Harmless if there are none. */
  release(node: string): Promise<void>;
}

/** What a target needs to look at its own cluster. */
export interface ClusterContext<Options> {
  readonly runtime: Runtime;
  /** Absent: the target's default. */
  readonly workload?: string;
  readonly cluster: Cluster;
  readonly options: Options;
}
