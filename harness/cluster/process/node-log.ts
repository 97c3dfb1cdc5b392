import { StringDecoder } from "node:string_decoder";

/** A flood must fill neither memory nor disk; what a node wrote last tells the most. */
const MAX_CHARACTERS = 8 << 20;

/** What a node wrote to its standard error, over all its processes. */
export class NodeLog {
  readonly #decoder = new StringDecoder("utf8");
  #pieces: string[] = [];
  #length = 0;
  #dropped = 0;

  push(chunk: Buffer): void {
    this.#add(this.#decoder.write(chunk));
  }

  /** A line of the harness between those of the node. */
  note(text: string): void {
    const last = this.#pieces.at(-1) ?? "\n";
    this.#add(`${last.endsWith("\n") ? "" : "\n"}riftcheck: ${text}\n`);
  }

  text(): string {
    const text = this.#pieces.join("");
    return this.#dropped === 0 ? text : `riftcheck: ${this.#dropped} earlier characters left out\n${text}`;
  }

  /** The last lines that the node itself wrote. */
  lastLines(count: number): readonly string[] {
    const lines = this.#pieces.join("").split("\n");
    return lines.filter((line) => line !== "" && !line.startsWith("riftcheck: ")).slice(-count);
  }

  #add(text: string): void {
    if (text === "") return;
    this.#pieces.push(text);
    this.#length += text.length;
    while (this.#length > MAX_CHARACTERS && this.#pieces.length > 1) {
      const oldest = this.#pieces.shift() ?? "";
      this.#length -= oldest.length;
      this.#dropped += oldest.length;
    }
  }
}
