import { describe, expect, test } from "vitest";
import { create, getData, requestFrame, sessionFrame, setData } from "./requests.ts";
import { Frames, Reader, Writer } from "./wire.ts";

/** The body of a frame that is alone in its bytes. */
const bodyOf = (frame: Buffer): Reader => {
  const [body, ...more] = new Frames().push(frame);
  expect(more).toEqual([]);
  return new Reader(body!);
};

describe("records", () => {
  test("read as they were written", () => {
    const written = new Writer()
      .int(-7)
      .long(-3n)
      .text("z\u00fcrich")
      .text("")
      .bool(true)
      .int(2)
      .text("a")
      .text("b");
    const read = bodyOf(written.frame());
    expect([read.int(), read.long(), read.text(), read.text()]).toEqual([-7, -3n, "z\u00fcrich", ""]);
    expect(read.bool()).toBe(true);
    expect(read.texts()).toEqual(["a", "b"]);
    expect(() => read.int()).toThrow(RangeError);
  });

  test("null reads as nothing, and a text that ends too early is seen", () => {
    expect(bodyOf(new Writer().int(-1).frame()).text()).toBe("");
    expect(bodyOf(new Writer().int(-1).frame()).texts()).toEqual([]);
    expect(() => bodyOf(new Writer().int(9).int(0).frame()).text()).toThrow(RangeError);
  });
});

test("frames come out whole however the bytes come in", () => {
  const stream = Buffer.concat(["one", "", "three"].map((text) => new Writer().text(text).frame()));
  for (const size of [1, 3, 7, stream.length]) {
    const frames = new Frames();
    const texts: string[] = [];
    for (let at = 0; at < stream.length; at += size)
      for (const frame of frames.push(stream.subarray(at, at + size))) texts.push(new Reader(frame).text());
    expect(texts).toEqual(["one", "", "three"]);
  }
});

describe("requests", () => {
  test("a session tells what it has seen", () => {
    const body = bodyOf(sessionFrame(5n, 4_000));
    expect([body.int(), body.long(), body.int(), body.long()]).toEqual([0, 5n, 4_000, 0n]);
    expect(body.text()).toHaveLength(16);
    expect(body.bool()).toBe(false);
  });

  test("number, type, path, what is written, and the version it is for", () => {
    const set = bodyOf(requestFrame(3, setData("/x", "1", 4)));
    expect([set.int(), set.int(), set.text(), set.text(), set.int()]).toEqual([3, 5, "/x", "1", 4]);
    const any = bodyOf(requestFrame(4, setData("/x", "1")));
    expect([any.int(), any.int(), any.text(), any.text(), any.int()]).toEqual([4, 5, "/x", "1", -1]);
    const made = bodyOf(requestFrame(5, create("/x", "1")));
    expect([made.int(), made.int(), made.text(), made.text()]).toEqual([5, 15, "/x", "1"]);
    expect([made.int(), made.int(), made.text(), made.text(), made.int()]).toEqual([
      1,
      31,
      "world",
      "anyone",
      0,
    ]);
  });

  test("what a read answers: data, the transaction that wrote it, its version", () => {
    const reply = new Writer().text("41").long(1n).long(9n).long(0n).long(0n).int(2).int(0).int(0);
    expect(getData("/x").read(bodyOf(reply.frame()))).toEqual({
      data: "41",
      stat: { changed: 9n, version: 2 },
    });
  });
});
