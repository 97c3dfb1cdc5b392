import { badHistory } from "#core/errors";
import type { History } from "#core/history";
import type { ScannedPiece } from "./ahead/scan-ahead.ts";
import type { ByteSink } from "./byte-source.ts";
import type { HistoryReader } from "./history-reader.ts";

/** Longer events (lines, forms) are no records of operations: the file is something else, or damaged. */
export const MAX_EVENT_BYTES = 64 * 1024 * 1024;

/** Gives a reader the bytes in arrival order; what it does not use up is carried over to the next piece. */
export class CarriedText implements ByteSink {
  readonly #source: string;
  readonly #reader: HistoryReader;
  readonly #guard: () => void;
  #buffer = Buffer.alloc(0);
  #carried = 0;

  /** `guard`: called for each piece; it throws to stop the reading. */
  constructor(source: string, reader: HistoryReader, guard: () => void = () => undefined) {
    this.#source = source;
    this.#reader = reader;
    this.#guard = guard;
  }

  take(room: Buffer, start: number, end: number): void {
    this.#guard();
    if (this.#carried <= start) this.#readThere(room, start - this.#carried, end);
    else this.#readHere(room.subarray(start, end));
    if (this.#carried > MAX_EVENT_BYTES) throw this.#endless();
  }

  get isScannable(): boolean {
    return this.#reader.isScannable ?? false;
  }

  takeScanned({ room, start, from, to, end, lines }: ScannedPiece): void {
    if (from > start) this.take(room, start, from);
    this.#reader.takeScanned?.(lines);
    this.take(room, to, end);
  }

  cutOff(): void {
    this.#reader.warn("the compressed file is cut off: what it holds up to there was read");
  }

  finish(): History {
    return this.#reader.finish(this.#buffer.subarray(0, this.#carried));
  }

  /** Puts what was carried over before the piece: shorter than the piece, as a rule. */
  #readThere(room: Buffer, from: number, end: number): void {
    this.#buffer.copy(room, from, 0, this.#carried);
    const text = room.subarray(from, end);
    const used = this.#reader.push(text);
    this.#carried = text.length - used;
    if (this.#buffer.length < this.#carried) this.#buffer = Buffer.allocUnsafeSlow(this.#carried * 2);
    text.copy(this.#buffer, 0, used);
  }

  /** Puts the piece behind what was carried over. */
  #readHere(piece: Buffer): void {
    const end = this.#carried + piece.length;
    if (this.#buffer.length < end) this.#enlarge(end);
    piece.copy(this.#buffer, this.#carried);
    const used = this.#reader.push(this.#buffer.subarray(0, end));
    this.#buffer.copyWithin(0, used, end);
    this.#carried = end - used;
  }

  #enlarge(size: number): void {
    const larger = Buffer.allocUnsafeSlow(size * 2);
    this.#buffer.copy(larger, 0, 0, this.#carried);
    this.#buffer = larger;
  }

  #endless(): Error {
    return badHistory({
      file: this.#source,
      line: this.#reader.line + 1,
      expected: `an event of at most ${MAX_EVENT_BYTES / 1024 / 1024} MiB`,
    });
  }
}
