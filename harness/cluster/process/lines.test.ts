import { expect, test } from "vitest";
import { LineCutter } from "./lines.ts";

const TEXT = '{"a":"é"}\n\nzwölf\r\n€€€\nlast';

test("lines are the same however the bytes were cut", () => {
  const bytes = Buffer.from(TEXT);
  for (let size = 1; size <= bytes.length; size++) {
    const lines: string[] = [];
    const cutter = new LineCutter((line) => lines.push(line));
    for (let at = 0; at < bytes.length; at += size) cutter.push(bytes.subarray(at, at + size));
    expect(cutter.pending).toBe(4);
    expect("last".startsWith(cutter.beginning)).toBe(true);
    cutter.finish();
    cutter.finish();
    expect(lines).toEqual(['{"a":"é"}', "", "zwölf", "€€€", "last"]);
  }
});
