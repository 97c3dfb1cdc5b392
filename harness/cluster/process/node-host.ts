import type { NodeState } from "#core/cluster";
import { HarnessError, messageOf, OperationError } from "#core/errors";
import type { Runtime } from "#core/runtime";
import type { ProgramPlan, ProtocolBody } from "#core/target";
import { formatDuration, type Nanoseconds } from "#core/units";
import { Child } from "./child.ts";
import type { ProgramCommand } from "./command.ts";
import type { Guard } from "./guard.ts";
import { shown } from "./message.ts";
import { NodeLog } from "./node-log.ts";
import type { RpcClient } from "./rpc-client.ts";

/** What nodes share. */
export interface HostWorld {
  readonly runtime: Runtime;
  readonly plan: ProgramPlan;
  readonly command: ProgramCommand;
  readonly guard: Guard;
  readonly nodes: readonly string[];
  readonly signal: AbortSignal;
  /** How long a node may take to answer `init`: a virtual machine may have to start and warm up. */
  readonly initWithin: Nanoseconds;
  environmentOf(node: string): NodeJS.ProcessEnv;
  openClient(host: NodeHost): RpcClient;
  onLine(host: NodeHost, line: string): void;
  /** Ends the run. */
  fail(error: HarnessError): void;
  onEnd(host: NodeHost, why: string): void;
}

/** A line longer than this is no message but a flood. */
const MAX_LINE = 16 << 20;
const LOG_LINES_SHOWN = 10;

/** One node: its processes one after the other, and its log. */
export class NodeHost {
  readonly name: string;
  readonly log = new NodeLog();
  /** How many processes were started so far. */
  started = 0;
  /** Since when requests wait without any answer, and the first of them. */
  unanswered: { since: Nanoseconds; readonly request: string; count: number } | undefined;
  readonly #world: HostWorld;
  #child: Child | undefined;
  #leftovers: Promise<void> = Promise.resolve();
  #isReady = false;
  #isEnding = false;
  /** What it writes from now on is of no interest. */
  #isBroken = false;

  constructor(name: string, world: HostWorld) {
    this.name = name;
    this.#world = world;
  }

  /** Whether there is a process, paused or not. */
  get isAlive(): boolean {
    return this.#child !== undefined;
  }

  /** Whether its process has answered `init` and what follows it. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get backlog(): number {
    return this.#child?.backlog ?? 0;
  }

  get incarnation(): string {
    return this.#child === undefined
      ? `${this.started} (ended)`
      : `${this.started} (process ${this.#child.pid})`;
  }

  async state(): Promise<NodeState> {
    if (this.#child === undefined) return "stopped";
    return (await this.#child.isPaused()) ? "paused" : "running";
  }

  /** Starts a process and tells it who it is, before anything else can reach it. */
  async launch(): Promise<void> {
    const { command, environmentOf, runtime, guard, onLine } = this.#world;
    this.#isEnding = false;
    this.#child = await Child.start({
      node: this.name,
      command,
      environment: environmentOf(this.name),
      runtime,
      guard,
      log: this.log,
      onLine: (line) => {
        if (!this.#isBroken) onLine(this, line);
      },
      onLongLine: (length, beginning) => {
        if (length > MAX_LINE)
          this.fail(`floods its standard output with a line that does not end: ${shown(beginning)}`);
      },
      onEnd: (how) => this.#ended(how),
    });
    this.started++;
    this.unanswered = undefined;
    this.log.note(`process ${this.#child.pid} started`);
  }

  /** Sends `init` and waits for `init_ok`. */
  async initialize(): Promise<void> {
    const { nodes } = this.#world;
    await this.#demand({ type: "init", node_id: this.name, node_ids: [...nodes] });
  }

  /** Has it answer what its clients rely on; then clients may come. */
  async prepare(): Promise<void> {
    for (const body of this.#world.plan.setUp(this.name)) await this.#demand(body);
    this.#isReady = true;
  }

  /** A request of a client. */
  ask(line: string): void {
    this.unanswered ??= { since: this.#world.runtime.now(), request: line, count: 0 };
    this.unanswered.count++;
    this.receive(line);
  }

  receive(line: string): void {
    this.#child?.write(line);
  }

  async kill(): Promise<void> {
    this.#isEnding = true;
    await this.#child?.kill();
    await this.#leftovers;
  }

  killNow(): void {
    this.#isEnding = true;
    this.#child?.killNow();
  }

  async pause(): Promise<void> {
    await this.#child?.pause();
    this.log.note("paused");
  }

  async resume(): Promise<void> {
    await this.#child?.resume();
    this.log.note("resumed");
  }

  /** Ends the node, and then the run with what the node did and what its log said last: all of it was read by then. */
  fail(what: string): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    const end = (): void => this.#world.fail(this.failure("store-failed", what));
    this.kill().then(end, end);
  }

  failure(code: "store-failed" | "node-not-ready", what: string): HarnessError {
    const lines = this.log.lastLines(LOG_LINES_SHOWN);
    const log = `logs/${this.name}/stderr.log`;
    const hint =
      lines.length === 0 ? `it wrote nothing to its log (${log})` : [`${log} ends:`, ...lines].join("\n  ");
    return new HarnessError(code, `node ${this.name} ${what}`, { hint });
  }

  #ended(how: string): void {
    const child = this.#child;
    this.#child = undefined;
    this.#isReady = false;
    this.unanswered = undefined;
    this.log.note(`process ${child?.pid} ended: ${how}`);
    // What it started must not outlive it.
    this.#leftovers = child?.kill() ?? Promise.resolve();
    this.#leftovers.catch((error: unknown) => this.log.note(messageOf(error)));
    if (!this.#isEnding) {
      this.#isBroken = true;
      const when = formatDuration(this.#world.runtime.now());
      this.#world.fail(this.failure("store-failed", `ended by itself at ${when} (${how})`));
    }
    this.#world.onEnd(this, `the process of ${this.name} ended (${how})`);
  }

  /** A request that must be answered `<type>_ok` before the node can be used. @throws HarnessError `node-not-ready` */
  async #demand(body: ProtocolBody): Promise<void> {
    const { runtime, initWithin, signal, openClient } = this.#world;
    const client = openClient(this);
    const given = new AbortController();
    const limit = runtime.sleep(initWithin, AbortSignal.any([signal, given.signal]));
    try {
      const reply = await Promise.race([
        client.request(body) as Promise<ProtocolBody>,
        limit.then((): undefined => undefined),
      ]);
      if (reply === undefined) throw this.#unanswered(body);
      if (reply["type"] !== `${String(body["type"])}_ok`) {
        throw this.failure(
          "node-not-ready",
          `answered ${String(body["type"])} with ${shown(JSON.stringify(reply))}, expected ${String(body["type"])}_ok`,
        );
      }
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      throw this.failure("node-not-ready", `did not answer ${String(body["type"])}: ${error.message}`);
    } finally {
      given.abort();
      client.close();
    }
  }

  #unanswered(body: ProtocolBody): HarnessError {
    const { initWithin, signal } = this.#world;
    if (signal.aborted) return new HarnessError("interrupted", "interrupted while the nodes were starting");
    return this.failure(
      "node-not-ready",
      `did not answer within ${formatDuration(initWithin)}: ${shown(JSON.stringify(body))}`,
    );
  }
}
