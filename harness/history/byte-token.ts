/** Tokens are four to so many bytes long; comparing one may look at as many bytes. */
export const LONGEST_TOKEN = 16;

/** Bytes of plain ASCII to compare, four at a time; words overlap where the length is no multiple of four. */
export class ByteToken {
  readonly length: number;
  readonly #first: number;
  readonly #second: number;
  readonly #third: number;
  readonly #last: number;
  readonly #secondAt: number;
  readonly #thirdAt: number;
  readonly #lastAt: number;

  constructor(text: string) {
    const view = new DataView(Uint8Array.from(text, (char) => char.charCodeAt(0)).buffer);
    this.length = text.length;
    this.#lastAt = text.length - 4;
    this.#secondAt = Math.min(4, this.#lastAt);
    this.#thirdAt = Math.min(8, this.#lastAt);
    this.#first = view.getInt32(0, true);
    this.#second = view.getInt32(this.#secondAt, true);
    this.#third = view.getInt32(this.#thirdAt, true);
    this.#last = view.getInt32(this.#lastAt, true);
  }

  /** Whether these bytes are at `at`. `view` must reach LONGEST_TOKEN bytes beyond. */
  isAt(view: DataView, at: number): boolean {
    return (
      view.getInt32(at, true) === this.#first &&
      view.getInt32(at + this.#secondAt, true) === this.#second &&
      view.getInt32(at + this.#thirdAt, true) === this.#third &&
      view.getInt32(at + this.#lastAt, true) === this.#last
    );
  }
}

/** Whether four bytes, read as a little-endian word, are digits. */
export const areDigits = (word: number): boolean =>
  (word & 0xf0f0f0f0) === 0x30303030 && ((word + 0x06060606) & 0xf0f0f0f0) === 0x30303030;

/** The number that four digits, read as a little-endian word, make. */
export function numberOf(word: number): number {
  const digits = word & 0x0f0f0f0f;
  const pairs = (digits * 10 + (digits >>> 8)) & 0x00ff00ff;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}
