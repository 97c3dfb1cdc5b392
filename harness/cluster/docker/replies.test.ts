import { expect, test } from "vitest";
import { demultiplex, interleaved, unlessAlready } from "./replies.ts";

function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

const data = Buffer.concat([frame(1, "één\n"), frame(2, "warning\n"), frame(1, "two\n")]);

test("frames are told apart by stream, or kept in order", () => {
  expect(demultiplex(data)).toEqual({ stdout: "één\ntwo\n", stderr: "warning\n" });
  expect(interleaved(data)).toBe("één\nwarning\ntwo\n");
  expect(demultiplex(Buffer.alloc(0))).toEqual({ stdout: "", stderr: "" });
});

test("a torn last frame is kept as far as it came", () => {
  expect(interleaved(data.subarray(0, data.length - 2))).toBe("één\nwarning\ntw");
  expect(interleaved(data.subarray(0, 5))).toBe("");
});

test("only the statuses named count as done already", async () => {
  const refuse = (statusCode?: number) => Promise.reject(Object.assign(new Error("refused"), { statusCode }));
  await unlessAlready(refuse(304), 304, 404);
  await expect(unlessAlready(refuse(409), 304, 404)).rejects.toThrow("refused");
  await expect(unlessAlready(refuse(undefined), 304)).rejects.toThrow("refused");
});
