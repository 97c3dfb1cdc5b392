import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { HarnessError } from "#core/errors";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, SECOND } from "#core/units";
import type { ProgramCommand } from "./command.ts";
import type { Guard } from "./guard.ts";
import { LineCutter } from "./lines.ts";
import type { NodeLog } from "./node-log.ts";
import { groupStates, signalGroup } from "./process-group.ts";

/** The kernel ends and stops processes within milliseconds unless they wait for a dead disk. */
const SIGNAL_WITHIN = 10 * SECOND;
const SIGNAL_POLL = 2 * MILLISECOND;
/** A helper that left the group may hold the pipes open long after the node's process ended. */
const PIPES_CLOSE_WITHIN = 2 * SECOND;

export interface ChildSettings {
  readonly node: string;
  readonly command: ProgramCommand;
  readonly environment: NodeJS.ProcessEnv;
  readonly runtime: Runtime;
  readonly guard: Guard;
  readonly log: NodeLog;
  onLine(line: string): void;
  /** Called for each piece of a line without end: how long it is so far, and how it begins. */
  onLongLine(length: number, beginning: string): void;
  /** The process has ended and everything it wrote was read. */
  onEnd(how: string): void;
}

/** One process of a node, with whatever it starts: a process group of its own. */
export class Child {
  readonly #settings: ChildSettings;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #group: number;
  readonly #closed: Promise<void>;

  private constructor(settings: ChildSettings, process: ChildProcessWithoutNullStreams, group: number) {
    this.#settings = settings;
    this.#process = process;
    this.#group = group;
    settings.guard.watch(group);
    const lines = new LineCutter((line) => settings.onLine(line));
    process.stdout.on("data", (chunk: Buffer) => {
      lines.push(chunk);
      if (lines.pending > 0) settings.onLongLine(lines.pending, lines.beginning);
    });
    process.stderr.on("data", (chunk: Buffer) => settings.log.push(chunk));
    // A node that ends with messages unread breaks the pipe; its end is told by `close`.
    for (const stream of [process.stdin, process.stdout, process.stderr]) stream.on("error", () => undefined);
    this.#closed = new Promise((resolve) => {
      process.once("exit", () => {
        const cancel = settings.runtime.after(PIPES_CLOSE_WITHIN, () => {
          process.stdout.destroy();
          process.stderr.destroy();
        });
        process.once("close", cancel);
      });
      process.once("close", (code, signal) => {
        lines.finish();
        settings.onEnd(signal === null ? `exit code ${code}` : `signal ${signal}`);
        resolve();
      });
    });
  }

  /** @throws HarnessError `setup-failed` if the operating system refuses */
  static start(settings: ChildSettings): Promise<Child> {
    const { node, command, environment } = settings;
    const process = spawn(command.program, command.arguments, {
      detached: true,
      stdio: "pipe",
      env: environment,
    });
    const { pid } = process;
    if (pid !== undefined) return Promise.resolve(new Child(settings, process, pid));
    return new Promise((_, reject) => {
      process.once("error", (cause: NodeJS.ErrnoException) =>
        reject(
          new HarnessError(
            "setup-failed",
            `${node}: ${command.program} cannot be started: ${cause.message}`,
            {
              cause,
              hint:
                cause.code === "ENOENT" || cause.code === "ENOEXEC"
                  ? "its first line must name an interpreter that is installed, such as #!/usr/bin/env node"
                  : "run it by hand to see why",
            },
          ),
        ),
      );
    });
  }

  get pid(): number {
    return this.#group;
  }

  /** Bytes written that the process has not taken yet. */
  get backlog(): number {
    return this.#process.stdin.writableLength;
  }

  write(line: string): void {
    if (this.#process.stdin.writable) this.#process.stdin.write(`${line}\n`);
  }

  /** Ends every process of the group; resolves when they are gone and all they wrote was read. */
  async kill(): Promise<void> {
    signalGroup(this.#group, "SIGKILL");
    await this.#closed;
    await this.#until("gone", (states) => states.length === 0);
    this.#settings.guard.forget(this.#group);
  }

  /** At once and without waiting: for the last moment of the harness. */
  killNow(): void {
    signalGroup(this.#group, "SIGKILL");
  }

  async pause(): Promise<void> {
    signalGroup(this.#group, "SIGSTOP");
    await this.#until("stopped", (states) => states.every((state) => state === "T"));
  }

  async resume(): Promise<void> {
    signalGroup(this.#group, "SIGCONT");
    await this.#until("running again", (states) => states.every((state) => state !== "T"));
  }

  /** Whether every process of the group stands still. */
  async isPaused(): Promise<boolean> {
    const states = await groupStates(this.#group);
    return states.length > 0 && states.every((state) => state === "T");
  }

  async #until(what: string, holds: (states: readonly string[]) => boolean): Promise<void> {
    const { runtime, node } = this.#settings;
    const deadline = runtime.now() + SIGNAL_WITHIN;
    for (;;) {
      const states = await groupStates(this.#group);
      if (holds(states)) return;
      if (runtime.now() > deadline) {
        throw new HarnessError(
          "fault-failed",
          `${node}: the processes of group ${this.#group} are not ${what}: ${states.join(", ")}`,
        );
      }
      await runtime.sleep(SIGNAL_POLL);
    }
  }
}
