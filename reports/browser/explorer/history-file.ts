import { printable, printableValue } from "../../printable.ts";
import type { Timeline } from "../../schema.ts";
import { count } from "../../words.ts";
import { type Operations, rowOfEvent } from "./operations.ts";

/** What the columns keep of each value; the whole of it is read from the file when asked for. */
const MAX_LABEL = 120;
const NEWLINE = 10;
const STATUS = ["ok", "fail", "info"];

interface Line {
  readonly index?: number;
  readonly type?: string;
  readonly process?: number;
  readonly f?: string;
  readonly value?: unknown;
}

/** The two lines of an operation, as they stand in the file. */
export interface WholeOperation {
  readonly invocation: string;
  readonly completion: string | undefined;
}

/** Where each line of a history begins and ends, by row of the operation. */
export class HistoryFile {
  readonly #file: Blob;
  readonly #places: Readonly<Record<"invocation" | "completion", Float64Array>>;

  private constructor(file: Blob, rows: number) {
    this.#file = file;
    this.#places = {
      invocation: new Float64Array(rows * 2).fill(-1),
      completion: new Float64Array(rows * 2).fill(-1),
    };
  }

  /**
   * Reads a history through once, and puts the values of all operations into their column. Linear.
   * @throws Error, in a sentence, if it is not the history of this report
   */
  static async open(
    file: Blob,
    timeline: Timeline,
    operations: Operations,
    onProgress: (share: number) => void,
  ): Promise<HistoryFile> {
    const history = new HistoryFile(file, operations.count);
    const found = await history.#read(timeline, operations, onProgress);
    if (found < operations.count) {
      throw new Error(
        `only ${count(found, "operation")} of the ${count(operations.count, "operation")} of this report are in this file`,
      );
    }
    return history;
  }

  /** @returns undefined if the file does not have it */
  async whole(row: number): Promise<WholeOperation | undefined> {
    const invocation = await this.#line("invocation", row);
    if (invocation === undefined) return undefined;
    return { invocation, completion: await this.#line("completion", row) };
  }

  async #line(which: "invocation" | "completion", row: number): Promise<string | undefined> {
    const from = this.#places[which][row * 2] as number;
    if (from < 0) return undefined;
    return this.#file.slice(from, this.#places[which][row * 2 + 1]).text();
  }

  async #read(
    timeline: Timeline,
    operations: Operations,
    onProgress: (share: number) => void,
  ): Promise<number> {
    const pending = new Map<number, number>();
    const ids = new Map<string, number>(operations.values.map((text, id) => [text, id]));
    const idOf = (text: string): number => {
      const known = ids.get(text);
      if (known !== undefined) return known;
      ids.set(text, operations.values.length);
      return operations.values.push(text) - 1;
    };
    let [found, event, number] = [0, 0, 0];
    const onLine: OnLine = (text, from, to) => {
      number++;
      if (text.trim() === "") return;
      const line = parsed(text, number);
      if (line.type === undefined) return;
      const index = line.index ?? event;
      event = index + 1;
      const process = line.process;
      if (typeof process !== "number") return;
      if (line.type === "invoke") {
        const row = rowOfEvent(operations, index);
        if (row === undefined) return;
        if (operations.process[row] !== process || timeline.functions[operations.f[row] as number] !== line.f)
          throw new Error(`line ${number} is another operation than event ${index} of this report`);
        found++;
        pending.set(process, row);
        this.#places.invocation.set([from, to], row * 2);
        if (line.f !== "read") (operations.value as Int32Array)[row] = idOf(textOf(line.value));
      } else if (STATUS.includes(line.type)) {
        const row = pending.get(process);
        if (row === undefined) return;
        pending.delete(process);
        this.#places.completion.set([from, to], row * 2);
        if (line.f === "read" && line.type === "ok")
          (operations.value as Int32Array)[row] = idOf(textOf(line.value));
      }
    };
    await eachLine(this.#file, onLine, onProgress);
    return found;
  }
}

const textOf = (value: unknown): string =>
  value === undefined ? "" : printableValue(value as Parameters<typeof printableValue>[0], MAX_LABEL);

function parsed(text: string, number: number): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`line ${number} is no JSON: ${printable(text, 60)}`);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new Error(`line ${number}: expected an object, found ${printable(text, 60)}`);
  return value as Line;
}

type OnLine = (text: string, from: number, to: number) => void;

/** Calls `onLine` with each line of a file and its place in bytes, piece by piece: it may be larger than memory. */
async function eachLine(file: Blob, onLine: OnLine, onProgress: (share: number) => void): Promise<void> {
  const decoder = new TextDecoder();
  const reader = file.stream().getReader();
  let rest = new Uint8Array();
  let at = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const bytes = new Uint8Array(rest.length + value.length);
    bytes.set(rest);
    bytes.set(value, rest.length);
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE, rest.length); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      onLine(decoder.decode(bytes.subarray(from, to)), at + from, at + to);
      from = to + 1;
    }
    at += from;
    rest = bytes.slice(from);
    onProgress(at / Math.max(1, file.size));
  }
  // A run that was killed may leave half a line.
  const last = decoder.decode(rest);
  if (last.trimEnd().endsWith("}")) onLine(last, at, at + rest.length);
}
