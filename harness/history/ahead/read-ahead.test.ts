import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { History } from "#core/history";
import { completionLine, headerLine, invocationLine } from "#core/line";
import { headerSchema } from "#core/operation";
import { RawEvent } from "#core/raw-event";
import { HistoryBuilder } from "#core/history-builder";
import { partsOf } from "#core/table-history";
import { CarriedText } from "../carried-text.ts";
import { LineReader } from "../line-reader.ts";
import { readHistory } from "../read-history.ts";
import { EventWords } from "./event-words.ts";
import { ForeignNames } from "./foreign-names.ts";
import { PieceScanner } from "./piece-scanner.ts";
import { ScanAhead } from "./scan-ahead.ts";

const HEADER = headerLine(headerSchema.parse({ riftcheck: 1, objects: [{ keys: "s*", type: "set" }] }));
/** A thread takes its time to start where much else runs. */
const SOON = { timeout: 20_000 };
const HEADROOM = 64;
const TAILROOM = 64;

/** What reading gave: every column, name and warning, or the refusal with its place. */
function outcomeOf(read: () => History): unknown {
  try {
    return partsOf(read());
  } catch (error) {
    return { message: (error as Error).message, cause: String((error as Error).cause) };
  }
}

/** Reads bytes piece by piece; of those that `isScanned` names, lines are scanned apart. */
function readPieces(
  bytes: Buffer,
  piece: number,
  isScanned: (piece: number) => boolean,
  count: (events: number) => void = () => undefined,
): History {
  const text = new CarriedText("test", new LineReader("test", bytes.length));
  const scanner = new PieceScanner();
  for (let at = 0; at < bytes.length; at += piece) {
    const part = bytes.subarray(at, at + piece);
    const room = Buffer.concat([Buffer.alloc(HEADROOM), part, Buffer.alloc(TAILROOM)]);
    const end = HEADROOM + part.length;
    if (!text.isScannable || part.length < piece || !isScanned(at / piece)) {
      text.take(room, HEADROOM, end);
      continue;
    }
    const words = new Float64Array(Math.ceil(piece / Float64Array.BYTES_PER_ELEMENT));
    const { from, to, events, texts, names } = scanner.scan(room.subarray(HEADROOM, end), words);
    count(events);
    const lines = { words: new EventWords(words, texts), events, names };
    text.takeScanned({ room, start: HEADROOM, from: HEADROOM + from, to: HEADROOM + to, end, lines });
  }
  return text.finish();
}

/** Most are such as need no JSON. */
const values = fc.oneof(
  { weight: 60, arbitrary: fc.integer({ min: -3, max: 20_000 }) },
  { weight: 30, arbitrary: fc.constantFrom(null, "text", "", [1, 2], [], 999_999_999_999_999) },
  { weight: 1, arbitrary: fc.constantFrom("naïve", 'a "quote"', [1, "x"], { a: 1 }, 1.5, -0, 2 ** 53) },
);
const replies = fc.record(
  { value: values, node: fc.constantFrom("n1", "n2", "n3"), version: values, result: fc.boolean() },
  { requiredKeys: [] },
);
/** What stands in the place of an event's line now and then. */
const oddities = fc.constantFrom(
  "",
  "  ",
  '{"index":1',
  "no JSON",
  '{"index":0,"time":0,"process":0,"type":"invoke","f":"read"}',
  '{"index":900,"time":0,"process":"nemesis","type":"info","f":"pause","value":null}',
  '{"index":99999999999,"time":1,"process":0,"type":"invoke","f":"read","key":"a"}',
  '{"index":901,"time":9e9,"process":0,"type":"invoke","f":"warp","key":"a","value":1}',
  '{"index":902,"time":9e9,"process":7,"type":"ok","f":"read","key":"a","value":1}',
  "\u00e9\u{1f600}",
  `{"index":903,"time":900000,"process":3,"type":"invoke","f":"write","key":"${"long".repeat(99)}","value":1}`,
);

interface Step {
  readonly process: number;
  readonly f: "read" | "write" | "add";
  readonly key: string;
  readonly session: number | string | undefined;
  readonly level: string | undefined;
  readonly value: Parameters<typeof completionLine>[4]["value"];
  readonly reply: Parameters<typeof completionLine>[5];
  readonly type: "ok" | "info" | "fail";
  readonly oddity: string | undefined;
}

const steps: fc.Arbitrary<Step> = fc
  .record({
    process: fc.nat(9),
    isRead: fc.boolean(),
    key: fc.constantFrom("a", "b", "c", "s1", "s2"),
    session: fc.constantFrom(undefined, undefined, 7, "seven", "7"),
    level: fc.constantFrom(undefined, undefined, "quorum", "one"),
    value: values,
    reply: replies,
    type: fc.constantFrom("ok", "ok", "ok", "info", "fail"),
    oddity: fc.oneof({ weight: 300, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: oddities }),
  })
  .map(({ isRead, key, value, reply, ...step }) => {
    const isSet = key.startsWith("s");
    return {
      ...step,
      key,
      f: isRead ? "read" : isSet ? "add" : "write",
      value: isRead ? null : isSet ? (value ?? 0) : value,
      reply: isRead && isSet ? { ...reply, value: [1, 2] } : reply,
    };
  });

/** The lines of a run in which each process does one thing after the other. */
function linesOf(run: readonly Step[]): string[] {
  const open = new Map<number, Step>();
  let index = 0;
  return run.flatMap((step) => {
    const asked = open.get(step.process);
    const { f, key, value, level } = asked ?? step;
    const operation = { f, key, value, ...(level === undefined ? {} : { level }) };
    const [at, time] = [index++, index * 1000];
    const error = { code: "timeout", message: "no reply" };
    const reply = asked?.f === "read" ? { value: null, ...asked.reply } : asked?.reply;
    const line =
      asked === undefined
        ? invocationLine(at, time, step.process, operation)
        : completionLine(
            at,
            time,
            step.process,
            step.type,
            operation,
            reply,
            step.type === "ok" ? undefined : error,
          );
    if (asked === undefined) open.set(step.process, step);
    else open.delete(step.process);
    const named =
      step.session === undefined
        ? line
        : line.replace('"type"', `"session":${JSON.stringify(step.session)},"type"`);
    return step.oddity === undefined ? [named] : [named, `${step.oddity}\n`];
  });
}

/** Lines of one process: so many operations that follow each other. */
const plainLines = (count: number): string =>
  Array.from({ length: count }, (_, i) => {
    const operation = { f: "write", key: `k${i % 7}`, value: i } as const;
    return (
      invocationLine(2 * i, 2000 * i, 1, operation) +
      completionLine(2 * i + 1, 2000 * i + 1, 1, "ok", operation)
    );
  }).join("");

describe("lines that were scanned apart", () => {
  test("give the same history, or the same refusal, as those read one after the other", () => {
    const seen = { histories: 0, refusals: 0, scanned: 0 };
    fc.assert(
      fc.property(
        fc.array(steps, { minLength: 30, maxLength: 120, size: "max" }),
        fc.tuple(fc.constantFrom(40, 300, 1000, 3000), fc.nat(97)).map(([size, more]) => size + more),
        fc.infiniteStream(fc.boolean()),
        fc.constantFrom("\n", "\n", "\n", "\r\n"),
        fc.constantFrom("whole", "whole", "torn", "bytes"),
        (run, piece, choices, newline, ending) => {
          const text = (HEADER + linesOf(run).join("")).replaceAll("\n", newline);
          const whole = Buffer.from(text, "utf8");
          const bytes =
            ending === "torn"
              ? whole.subarray(0, whole.length - 9)
              : ending === "bytes"
                ? Buffer.concat([whole, Buffer.of(0xff, 10)])
                : whole;
          const taken = Array.from({ length: Math.ceil(bytes.length / piece) }, () => choices.next().value!);
          const scanned = outcomeOf(() =>
            readPieces(
              bytes,
              piece,
              (at) => taken[at]!,
              (events) => (seen.scanned += events),
            ),
          );
          const expected = outcomeOf(() => readPieces(bytes, piece, () => false));
          expect(scanned).toEqual(expected);
          seen["message" in (expected as object) ? "refusals" : "histories"]++;
        },
      ),
      { numRuns: 200, seed: 5 },
    );
    expect(Math.min(seen.histories, seen.refusals)).toBeGreaterThan(20);
    expect(seen.scanned).toBeGreaterThan(1_000);
  });

  test.each<[string, string, string]>([
    [
      "an index that goes back",
      '{"index":1,"time":9000000,"process":9,"type":"invoke","f":"read","key":"a"}',
      'test:202: field "index"',
    ],
    [
      "a time that goes back",
      '{"index":500,"time":1,"process":9,"type":"invoke","f":"read","key":"a"}',
      'test:202: field "time"',
    ],
    [
      "a completion of nothing",
      '{"index":500,"time":9000000,"process":9,"type":"ok","f":"read","key":"a","value":1}',
      'test:202: field "process"',
    ],
    ["a line that is no JSON", '{"index":500,', "test:202: expected one JSON object"],
    [
      "a field of another type",
      '{"index":"500","time":9000000,"process":9,"type":"invoke","f":"read"}',
      'test:202: field "index"',
    ],
    [
      "an unknown function",
      '{"index":500,"time":9000000,"process":9,"type":"invoke","f":"warp","key":"a"}',
      'test:202: field "f"',
    ],
  ])("%s is refused with its line", (_, line, words) => {
    const more = invocationLine(600, 9_000_001, 2, { f: "write", key: "a", value: 1 });
    const bytes = Buffer.from(`${HEADER}${plainLines(100)}${line}\n${more}`);
    for (const piece of [200, 333, 1000]) {
      const refusal = outcomeOf(() => readPieces(bytes, piece, (at) => at % 4 !== 0));
      expect(refusal).toMatchObject({ message: expect.stringContaining(words) as string });
      expect(refusal).toEqual(outcomeOf(() => readPieces(bytes, piece, () => false)));
    }
  });
});

test("a broken line at the border of two pieces is forgiven only if nothing follows", () => {
  const text = `${HEADER}${plainLines(20)}{"broken${"-".repeat(50)}\n${plainLines(60).slice(plainLines(20).length)}`;
  const border = text.indexOf("broken") + 10;
  const padded = Buffer.from(
    `${HEADER.trimEnd()}${" ".repeat(text.length - 2 * border)}${text.slice(HEADER.length - 1)}`,
  );
  const piece = padded.length / 2;
  expect(padded.subarray(0, piece).toString()).toMatch(/broken-+$/);
  const scanned = outcomeOf(() => readPieces(padded, piece, (at) => at === 1));
  expect(scanned).toMatchObject({ message: expect.stringContaining("test:42: expected one JSON") as string });
  expect(scanned).toEqual(outcomeOf(() => readPieces(padded, piece, () => false)));
});

test("an event holds nothing of the one before it", () => {
  const [first, second] = [
    { f: "cas", key: "x", value: [1, 2] },
    { f: "cas", key: "x", value: [2, 3] },
  ] as const;
  const lines = [
    invocationLine(0, 0, 1, first),
    completionLine(1, 1, 1, "ok", first, { result: false, observed: 9, node: "n1", version: 4 }),
    invocationLine(2, 2, 1, second),
    completionLine(3, 3, 1, "ok", second),
  ];
  const bytes = Buffer.from(HEADER + lines.join(""));
  // The second piece begins with the reply whose `observed` needs JSON; the lines behind it are scanned apart.
  const piece = bytes.length - 200;
  const padded = Buffer.concat([bytes, Buffer.alloc(piece - 200, " ")]);
  const scanned = outcomeOf(() => readPieces(padded, piece, () => true));
  expect(scanned).toEqual(outcomeOf(() => readPieces(padded, piece, () => false)));
});

describe("a thread that scans ahead", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "riftcheck-ahead-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  /** Every hundredth line is unusual, and there are values and names of each kind. */
  const manyLines = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => {
      const value = i % 100 === 0 ? "naïve" : i % 7 === 0 ? "text" : i;
      const operation = { f: "write", key: `k${i % 50}`, value, node: `n${i % 3}` } as const;
      return (
        invocationLine(2 * i, 20 * i, i % 9, operation) +
        completionLine(2 * i + 1, 20 * i + 9, i % 9, "ok", operation)
      );
    });

  test("leaves the history as it is", async () => {
    const path = join(folder, "many.jsonl");
    await writeFile(path, HEADER + manyLines(40_000).join(""));
    const ahead = { from: 0, piece: 32 * 1024 };
    const both = partsOf(await readHistory(path, { ahead }));
    expect(both).toEqual(partsOf(await readHistory(path)));
    expect(both.columns.f.length).toBe(40_000);
  });

  test("takes pieces ahead of the reader, as many as there are slots, and ends with it", async () => {
    const path = join(folder, "ahead.jsonl");
    const lines = manyLines(2_000).filter((_, i) => i % 100 !== 0);
    await writeFile(path, lines.join(""));
    const piece = 4096;
    await using file = await open(path);
    await using ahead = new ScanAhead(
      { fd: file.fd, pieces: 20, position: 0 },
      { headroom: HEADROOM, piece, tailroom: TAILROOM },
    );
    await expect.poll(() => ahead.scanned, SOON).toBe(4);
    // The next one is the reader's own.
    expect(await ahead.take(1)).toBeUndefined();
    const builder = new HistoryBuilder({ source: "test" });
    const names = new ForeignNames(builder);
    for (const number of [2, 3, 4, 5]) {
      const scanned = await ahead.take(number);
      const bytes = Buffer.from(lines.join("")).subarray(number * piece, (number + 1) * piece);
      expect(scanned?.room.subarray(scanned.start, scanned.end)).toEqual(bytes);
      const text = bytes.toString("latin1", scanned!.from - scanned!.start, scanned!.to - scanned!.start);
      expect(scanned?.lines.events).toBe(text.split("\n").length - 1);
      names.add(scanned!.lines.names);
      const first = new RawEvent();
      scanned?.lines.words.read(first, names);
      expect(first).toMatchObject({
        index: (JSON.parse(text.split("\n", 1)[0]!) as { index: number }).index,
      });
      ahead.release(scanned!);
    }
    await expect.poll(() => ahead.scanned, SOON).toBe(4);
  });

  test("begins where the reader is", async () => {
    const path = join(folder, "long-start.jsonl");
    const bytes = Buffer.from(
      HEADER.trimEnd() + " ".repeat(20_000) + HEADER.slice(-1) + manyLines(400).join(""),
    );
    await writeFile(path, bytes);
    const [piece, position] = [4096, 4];
    await using file = await open(path);
    const layout = { headroom: HEADROOM, piece, tailroom: TAILROOM };
    await using ahead = new ScanAhead(
      { fd: file.fd, pieces: Math.floor(bytes.length / piece), position },
      layout,
    );
    await expect.poll(() => ahead.scanned, SOON).toBe(4);
    expect(await ahead.take(5)).toBeUndefined();
    expect(await ahead.take(6)).toBeDefined();
  });

  test("leaves to the reader what cannot be read", async () => {
    const path = join(folder, "short.jsonl");
    await writeFile(path, manyLines(20).join(""));
    await using file = await open(path);
    await using ahead = new ScanAhead(
      { fd: file.fd, pieces: 9, position: 0 },
      { headroom: HEADROOM, piece: 4096, tailroom: TAILROOM },
    );
    await expect.poll(() => ahead.scanned, SOON).toBeGreaterThan(0);
    for (let piece = 1; piece < 9; piece++) expect(await ahead.take(piece)).toBeUndefined();
  });

  test("a file that is refused is refused alike", async () => {
    const path = join(folder, "bad.jsonl");
    const lines = manyLines(20_000);
    await writeFile(path, HEADER + lines.join("") + lines[0]);
    const ahead = { from: 0, piece: 16 * 1024 };
    const expected = await readHistory(path).catch((error: unknown) => (error as Error).message);
    await expect(readHistory(path, { ahead })).rejects.toThrow(expected as string);
    expect(expected).toContain('bad.jsonl:40002: field "index"');
  });
});
