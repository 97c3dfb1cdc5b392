import { type FileHandle, open } from "node:fs/promises";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";
import { HarnessError, messageOf } from "#core/errors";
import type { ReadAhead } from "./ahead/read-ahead.ts";
import { ScanAhead, type ScannedPiece } from "./ahead/scan-ahead.ts";

/** Pieces of this size keep the disk busy and fit the processor's cache. */
const CHUNK = 2 * 1024 * 1024;
/** The first step of a long file: enough to know what it is, and then a second thread can start. */
const FIRST = 64 * 1024;
/** Room before a piece, for what the sink did not use up of the piece before it: lines are shorter. */
const HEADROOM = 64 * 1024;
/** Room behind a piece: whoever compares several bytes at once may look beyond its end. */
const TAILROOM = 64;
/** Histories shrink about this much with zstd. */
const COMPRESSION = 12;
const ZSTD_MAGIC = Buffer.of(0x28, 0xb5, 0x2f, 0xfd);

/** Takes the bytes of a file in order. */
export interface ByteSink {
  /** The next bytes are `room[start…end)`. `room` is only lent, and the sink may write to what is before `start`. */
  take(room: Buffer, start: number, end: number): void;
  /** Whether lines of what is to come may be scanned elsewhere, for `takeScanned`. */
  readonly isScannable: boolean;
  /** The next bytes, some of whose lines were scanned. The same holds of its room. */
  takeScanned(piece: ScannedPiece): void;
  /** The compressed file ends in the middle. */
  cutOff(): void;
}

/**
 * Hands the bytes of a file, unpacked if it is zstd by its name or its first bytes, to the sink that `begin` makes. `ahead`:
 * where a second thread may scan lines; default: nowhere.
 * @throws HarnessError `bad-history` if the file cannot be read, and whatever the sink throws
 */
export async function readBytes<Sink extends ByteSink>(
  path: string,
  begin: (expectedBytes: number) => Sink,
  ahead?: ReadAhead,
): Promise<Sink> {
  await using file = await open(path).catch(unreadable(path));
  const stats = await file.stat();
  if (stats.isDirectory()) {
    throw new HarnessError(
      "bad-history",
      `${path} is a folder: expected a history file, or a run folder with its run.json`,
    );
  }
  const packed = path.endsWith(".zst") || (stats.isFile() && (await startsLikeZstd(file)));
  const sink = begin(packed ? stats.size * COMPRESSION : stats.size);
  if (ahead !== undefined && !packed && stats.isFile() && stats.size >= ahead.from) {
    await readWithAnother(path, file, sink, { size: stats.size, piece: ahead.piece });
    return sink;
  }
  // A byte more than the file has, so that its end is seen in the same step.
  const piece = stats.isFile() ? Math.min(CHUNK, stats.size + 1) : CHUNK;
  await (packed ? readPacked(path, file, sink) : readPlain(path, file, sink, piece));
  return sink;
}

async function readPlain(path: string, file: FileHandle, sink: ByteSink, piece: number): Promise<void> {
  const read = (room: Buffer) => file.read(room, HEADROOM, piece).catch(unreadable(path));
  let room = Buffer.allocUnsafeSlow(HEADROOM + piece + TAILROOM);
  let spare = Buffer.allocUnsafeSlow(room.length);
  let reading = read(room);
  try {
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      // The next piece is read while this one is scanned.
      reading = read(spare);
      sink.take(room, HEADROOM, HEADROOM + bytesRead);
      [room, spare] = [spare, room];
    }
  } finally {
    await Promise.allSettled([reading]);
  }
}

/** Pieces that another thread has scanned, if the sink takes such, and those in between that it has not. */
async function readWithAnother(
  path: string,
  file: FileHandle,
  sink: ByteSink,
  { size, piece }: { readonly size: number; readonly piece: number },
): Promise<void> {
  const layout = { headroom: HEADROOM, piece, tailroom: TAILROOM };
  const room = Buffer.allocUnsafeSlow(HEADROOM + piece + TAILROOM);
  const pieces = Math.floor(size / piece);
  await using started = new AsyncDisposableStack();
  let another: ScanAhead | undefined;
  for (let at = 0; ; ) {
    const isWhole = at % piece === 0 && at / piece < pieces;
    const scanned = isWhole ? await another?.take(at / piece) : undefined;
    if (another !== undefined && scanned !== undefined) {
      sink.takeScanned(scanned);
      another.release(scanned);
      at += piece;
      continue;
    }
    const wanted = at === 0 ? Math.min(FIRST, piece) : piece - (at % piece);
    const { bytesRead } = await file.read(room, HEADROOM, wanted, at).catch(unreadable(path));
    if (bytesRead === 0) return;
    sink.take(room, HEADROOM, HEADROOM + bytesRead);
    at += bytesRead;
    if (another !== undefined || !sink.isScannable) continue;
    const position = Math.floor((at - 1) / piece);
    another = started.use(new ScanAhead({ fd: file.fd, pieces, position }, layout));
  }
}

async function readPacked(path: string, file: FileHandle, sink: ByteSink): Promise<void> {
  try {
    await pipeline(
      file.createReadStream({ highWaterMark: CHUNK, autoClose: false }),
      createZstdDecompress({ chunkSize: CHUNK }),
      streamInto(sink),
    );
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    if (!isCutOff(error)) {
      throw new HarnessError("bad-history", `${path}: not a zstd file (${messageOf(error)})`, {
        cause: error,
      });
    }
    sink.cutOff();
  }
}

async function startsLikeZstd(file: FileHandle): Promise<boolean> {
  const start = Buffer.alloc(ZSTD_MAGIC.length);
  const { bytesRead } = await file.read(start, 0, start.length, 0);
  return bytesRead === start.length && start.equals(ZSTD_MAGIC);
}

const streamInto = (sink: ByteSink): Writable =>
  new Writable({
    write: (piece: Buffer, _encoding, done) => {
      try {
        sink.take(piece, 0, piece.length);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });

const isCutOff = (error: unknown): boolean => (error as { code?: unknown }).code === "Z_BUF_ERROR";

const unreadable =
  (path: string) =>
  (cause: unknown): never => {
    throw new HarnessError("bad-history", `${path} cannot be read: ${messageOf(cause)}`, { cause });
  };
