/** Scans pieces of a file ahead of the thread that reads it (`ScanAhead` is the other end). */
import { readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import {
  CONTROL,
  type NotScanned,
  PIECE,
  type Scanned,
  type ScannerSettings,
  SLOT,
  SLOTS,
} from "./messages.ts";
import { PieceScanner } from "./piece-scanner.ts";

const settings = workerData as ScannerSettings;
const control = new Int32Array(settings.control);
const scanner = new PieceScanner();

/** The next piece that nobody reads yet, claimed; undefined: there is none. */
function claim(last: number): number | undefined {
  const position = Atomics.load(control, CONTROL.position);
  let piece = Math.max(last, position) + 1;
  // The reader would have to wait for the very next one: it reads that itself meanwhile.
  if (piece === position + 1) piece++;
  for (; piece < settings.pieces; piece++) {
    const at = CONTROL.pieces + piece;
    if (Atomics.compareExchange(control, at, PIECE.free, PIECE.scanner) === PIECE.free) return piece;
  }
  return undefined;
}

/** Slots are used in turn, and pieces taken in order: the next slot is always the first that gets free. */
function freeSlot(turn: number): number {
  const slot = turn % SLOTS;
  // Without a bound: the reader ends this thread when it has no use for it any more.
  Atomics.wait(control, CONTROL.slots + slot, SLOT.taken);
  return slot;
}

function scan(piece: number, slot: number): Scanned | NotScanned {
  const { headroom, piece: size } = settings;
  const room = Buffer.from(settings.texts[slot]!);
  if (!filled(room, piece)) return { piece, slot: undefined };
  const text = room.subarray(headroom, headroom + size);
  const found = scanner.scan(text, new Float64Array(settings.words[slot]!));
  Atomics.store(control, CONTROL.slots + slot, SLOT.taken);
  return { piece, slot, ...found };
}

/** False: the file cannot be read there, or not so far any more. */
function filled(room: Buffer, piece: number): boolean {
  const { fd, headroom, piece: size } = settings;
  let done = 0;
  try {
    while (done < size) {
      const read = readSync(fd, room, headroom + done, size - done, piece * size + done);
      if (read === 0) return false;
      done += read;
    }
    return true;
  } catch {
    return false;
  }
}

let turn = 0;
for (let last = 0; ; ) {
  const slot = freeSlot(turn);
  const piece = claim(last);
  if (piece === undefined) break;
  last = piece;
  const scanned = scan(piece, slot);
  if (scanned.slot !== undefined) turn++;
  parentPort?.postMessage(scanned);
}
