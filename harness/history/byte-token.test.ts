import { describe, expect, test } from "vitest";
import { areDigits, ByteToken, LONGEST_TOKEN, numberOf } from "./byte-token.ts";

/** Bytes of a text behind another, with enough behind it. */
const viewOf = (text: string): DataView =>
  new DataView(
    Uint8Array.from(`${" ".repeat(3)}${text}${" ".repeat(LONGEST_TOKEN)}`, (c) => c.charCodeAt(0)).buffer,
  );

describe("a token", () => {
  test.each([4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16])(
    "of %i bytes is told from what differs in any of them",
    (length) => {
      const text = '"abcdefghijklm":'.slice(0, length);
      const token = new ByteToken(text);
      expect(token.isAt(viewOf(text), 3)).toBe(true);
      for (let i = 0; i < length; i++) {
        const view = viewOf(text);
        for (const bit of [1, 32, 128]) {
          view.setUint8(3 + i, text.charCodeAt(i) ^ bit);
          expect(token.isAt(view, 3)).toBe(false);
        }
      }
    },
  );
});

describe("four bytes", () => {
  const wordOf = (text: string): number => viewOf(text).getInt32(3, true);

  test("are digits only if each is one", () => {
    for (let place = 0; place < 4; place++) {
      for (let byte = 0; byte < 256; byte++) {
        const text = `${"1928".slice(0, place)}${String.fromCharCode(byte)}${"1928".slice(place + 1)}`;
        expect(areDigits(wordOf(text))).toBe(byte >= 48 && byte <= 57);
      }
    }
  });

  test("make the number that their digits make", () => {
    const numbers = Array.from({ length: 10_000 }, (_, i) => i);
    expect(numbers.map((number) => numberOf(wordOf(String(number).padStart(4, "0"))))).toEqual(numbers);
  });
});
