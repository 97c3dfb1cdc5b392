import { StringDecoder } from "node:string_decoder";

/** Cuts a stream of bytes into lines. */
export class LineCutter {
  readonly #decoder = new StringDecoder("utf8");
  readonly #onLine: (line: string) => void;
  #parts: string[] = [];
  #length = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Characters of the line that has not ended yet. */
  get pending(): number {
    return this.#length;
  }

  /** The beginning of the line that has not ended yet. */
  get beginning(): string {
    return this.#parts[0] ?? "";
  }

  push(chunk: Buffer): void {
    const pieces = this.#decoder.write(chunk).split("\n");
    const last = pieces.pop() ?? "";
    for (const piece of pieces) this.#end(piece);
    if (last === "") return;
    this.#parts.push(last);
    this.#length += last.length;
  }

  /** What was written last without a line break is a line too. */
  finish(): void {
    if (this.#length > 0) this.#end("");
  }

  #end(piece: string): void {
    const line = this.#parts.length === 0 ? piece : this.#parts.join("") + piece;
    this.#parts = [];
    this.#length = 0;
    this.#onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
  }
}
