import { type FileHandle, open } from "node:fs/promises";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";
import { HarnessError, messageOf } from "#core/errors";
import type { History } from "#core/history";
import { LineReader } from "./line-reader.ts";

/** Pieces of this size keep the disk busy and fit the processor's cache. */
const CHUNK = 2 * 1024 * 1024;
/** Histories shrink about this much with zstd. */
const COMPRESSION = 12;

/**
 * Reads `history.jsonl` or `history.jsonl.zst`. A torn last line, as a killed harness leaves, is a warning.
 * @throws HarnessError `bad-history` with file, line, field and what was expected
 */
export async function readHistory(path: string): Promise<History> {
  return path.endsWith(".zst") ? readCompressed(path) : readPlain(path);
}

/** Reads a history from its text. @throws HarnessError `bad-history` */
export function parseHistory(text: string, source = "history"): History {
  const bytes = Buffer.from(text, "utf8");
  const reader = new LineReader(source, bytes.length);
  return reader.finish(bytes.subarray(reader.push(bytes)));
}

async function readPlain(path: string): Promise<History> {
  await using file = await opened(path);
  const { size } = await file.stat();
  const text = new CarriedText(new LineReader(path, size));
  const read = (room: Buffer) => file.read(room, 0, room.length).catch(unreadable(path));
  let room = Buffer.allocUnsafeSlow(CHUNK);
  let spare = Buffer.allocUnsafeSlow(CHUNK);
  let reading = read(room);
  try {
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return text.finish();
      // The next piece is read while this one is scanned.
      reading = read(spare);
      text.take(room.subarray(0, bytesRead));
      [room, spare] = [spare, room];
    }
  } finally {
    await Promise.allSettled([reading]);
  }
}

async function readCompressed(path: string): Promise<History> {
  await using file = await opened(path);
  const { size } = await file.stat();
  const reader = new LineReader(path, size * COMPRESSION);
  const text = new CarriedText(reader);
  try {
    await pipeline(
      file.createReadStream({ highWaterMark: CHUNK, autoClose: false }),
      createZstdDecompress({ chunkSize: CHUNK }),
      sinkOf(text),
    );
  } catch (error) {
    if (!isCutOff(error)) throw error instanceof HarnessError ? error : notZstd(path, error);
    reader.warn("the compressed file is cut off: what it holds up to there was read");
  }
  return text.finish();
}

/** The bytes of a text in arrival order; an unfinished line is carried over to the next piece. */
class CarriedText {
  readonly #reader: LineReader;
  #buffer = Buffer.alloc(0);
  #carried = 0;

  constructor(reader: LineReader) {
    this.#reader = reader;
  }

  take(piece: Buffer): void {
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

  finish(): History {
    return this.#reader.finish(this.#buffer.subarray(0, this.#carried));
  }
}

const sinkOf = (text: CarriedText): Writable =>
  new Writable({
    write: (piece: Buffer, _encoding, done) => {
      try {
        text.take(piece);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });

const isCutOff = (error: unknown): boolean => (error as { code?: unknown }).code === "Z_BUF_ERROR";

const notZstd = (path: string, cause: unknown): HarnessError =>
  new HarnessError("bad-history", `${path}: not a zstd file (${messageOf(cause)})`, { cause });

const opened = (path: string): Promise<FileHandle> => open(path).catch(unreadable(path));

const unreadable =
  (path: string) =>
  (cause: unknown): never => {
    throw new HarnessError("bad-history", `${path} cannot be read: ${messageOf(cause)}`, { cause });
  };
