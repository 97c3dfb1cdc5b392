import { RawEvent } from "#core/raw-event";
import { LineScanner } from "../line-scanner.ts";
import { Names } from "../names.ts";
import { EventWriter } from "./event-words.ts";
import type { Scanned } from "./messages.ts";
import { OwnNames } from "./own-names.ts";

const NEWLINE = 10;

/** Scans pieces of a file of lines, whatever came before each of them. */
export class PieceScanner {
  readonly #own = new OwnNames();
  readonly #event = new RawEvent();
  readonly #scanner = new LineScanner(this.#event, new Names(this.#own));

  /**
   * Scans the whole lines of a piece from its first newline on, up to the first line that is not usual or that `words` have
   * no room for.
   */
  scan(text: Buffer, words: Float64Array): Omit<Scanned, "piece" | "slot"> {
    const from = text.indexOf(NEWLINE) + 1;
    const end = text.lastIndexOf(NEWLINE) + 1;
    const writer = new EventWriter(words);
    this.#scanner.bytes = text;
    let to = from;
    while (to < end) {
      const next = this.#scanner.scan(to);
      if (next < 0 || !writer.write(this.#event)) break;
      to = next;
    }
    return { from, to, events: writer.events, texts: writer.texts, names: this.#own.fresh() };
  }
}
