import { stderr } from "node:process";
import { styleText } from "node:util";
import type { Progress } from "../engine/run-test.ts";
import { SECOND } from "#core/units";

/** Progress and messages, on stderr: one line that renews itself on a terminal, plain lines elsewhere. */
export class Terminal {
  readonly #live = stderr.isTTY === true;
  #shown = false;
  #lastPlain = Number.NEGATIVE_INFINITY;
  /** Milliseconds. The first line comes when there is something to tell. */
  #lastStatus = performance.now();
  #before = { elapsed: 0, total: 0 };

  say(text: string): void {
    this.clear();
    stderr.write(`${text}\n`);
  }

  /** A step that is under way; on a terminal the next one takes its place. */
  step(text: string): void {
    if (!this.#live) {
      stderr.write(`${text}\n`);
      return;
    }
    this.#show(styleText("dim", text, { stream: stderr }));
  }

  /** Operations, rate, errors, faults in force. */
  progress(progress: Progress): void {
    const { ok, fail, info } = progress.counts;
    const total = ok + fail + info;
    const seconds = (progress.elapsed - this.#before.elapsed) / SECOND;
    const rate = seconds > 0 ? Math.round((total - this.#before.total) / seconds) : 0;
    const line = [
      `${(progress.elapsed / SECOND).toFixed(0).padStart(4)} s`,
      progress.phase,
      `${ok} ok ${fail} failed ${info} unknown`,
      ...(progress.phase === "operations" ? [`${rate}/s`] : []),
      progress.faults.length > 0
        ? styleText("yellow", progress.faults.join("; "), { stream: stderr })
        : "no fault",
    ].join("  ");
    if (!this.#live && progress.elapsed - this.#lastPlain < 5 * SECOND) return;
    this.#lastPlain = progress.elapsed;
    this.#before = { elapsed: progress.elapsed, total };
    if (this.#live) this.#show(line);
    else stderr.write(`${line}\n`);
  }

  /** How far a search is; on a terminal the next one takes its place, elsewhere a line every five seconds. */
  status(text: string): void {
    const now = performance.now();
    const period = this.#live ? 100 : 5_000;
    if (now - this.#lastStatus < period) return;
    this.#lastStatus = now;
    if (this.#live) this.#show(text);
    else stderr.write(`${text}\n`);
  }

  clear(): void {
    if (this.#shown) stderr.write("\r\u001b[2K");
    this.#shown = false;
  }

  #show(text: string): void {
    stderr.write(`\r\u001b[2K${text}`);
    this.#shown = true;
  }
}
