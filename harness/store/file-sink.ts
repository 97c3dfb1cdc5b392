import { closeSync, openSync, writeSync } from "node:fs";
import { HarnessError, messageOf } from "#core/errors";

/** Appends text to a file at once: what `write` was given is with the operating system when it returns. */
export class FileSink implements Disposable {
  readonly #path: string;
  readonly #descriptor: number;
  #open = true;

  constructor(path: string) {
    this.#path = path;
    this.#descriptor = openSync(path, "a");
  }

  /** @throws HarnessError `disk-full` when the file system takes no more. */
  write(text: string): void {
    const bytes = Buffer.from(text);
    try {
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(this.#descriptor, bytes, written);
      }
    } catch (cause) {
      throw writeFailure(this.#path, cause);
    }
  }

  [Symbol.dispose](): void {
    if (this.#open) closeSync(this.#descriptor);
    this.#open = false;
  }
}

/** What a failed write to a file of a run means. `disk-full` or `setup-failed`. */
export function writeFailure(path: string, cause: unknown): HarnessError {
  const hint = "make room, or choose another folder with --out";
  return (cause as NodeJS.ErrnoException).code === "ENOSPC"
    ? new HarnessError("disk-full", `the disk is full: ${path} ends at its last complete line`, {
        cause,
        hint,
      })
    : new HarnessError("setup-failed", `cannot write ${path}: ${messageOf(cause)}`, { cause, hint });
}
