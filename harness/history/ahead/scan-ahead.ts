import { Worker } from "node:worker_threads";
import { EventWords } from "./event-words.ts";
import type { ScannedLines } from "./scanned-lines.ts";
import {
  CONTROL,
  type Layout,
  type NotScanned,
  PIECE,
  type Scanned,
  type ScannerSettings,
  SLOT,
  SLOTS,
} from "./messages.ts";

/** A piece of the file: `room[start…from)`, the lines that were scanned up to `to`, then `room[to…end)`. */
export interface ScannedPiece {
  readonly room: Buffer;
  readonly start: number;
  readonly from: number;
  readonly to: number;
  readonly end: number;
  readonly lines: ScannedLines;
}

const module = new URL(
  import.meta.url.endsWith(".ts") ? "./scanner-thread.ts" : "./scanner-thread.js",
  import.meta.url,
);

interface Claim {
  readonly resolve: (scanned: Scanned | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that scans pieces of a file of lines while this one reads what comes before. The file stays open until it is disposed. */
export class ScanAhead implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #layout: Layout;
  readonly #control: Int32Array;
  readonly #rooms: readonly Buffer[];
  readonly #words: readonly Float64Array[];
  readonly #scanned = new Map<number, Scanned | undefined>();
  #waiting: (Claim & { readonly piece: number }) | undefined;
  #hasEnded = false;
  #failure: Error | undefined;

  /** `pieces`: so many of the file are whole; `position`: the last that the caller has begun to read. */
  constructor(
    file: { readonly fd: number; readonly pieces: number; readonly position: number },
    layout: Layout,
  ) {
    const { fd, pieces, position } = file;
    const { headroom, piece, tailroom } = layout;
    const shared = (bytes: number) => Array.from({ length: SLOTS }, () => new SharedArrayBuffer(bytes));
    const control = new SharedArrayBuffer((CONTROL.pieces + pieces) * Int32Array.BYTES_PER_ELEMENT);
    const texts = shared(headroom + piece + tailroom);
    const words = shared(Math.ceil(piece / Float64Array.BYTES_PER_ELEMENT) * Float64Array.BYTES_PER_ELEMENT);
    this.#layout = layout;
    this.#control = new Int32Array(control);
    this.#control[CONTROL.position] = position;
    this.#rooms = texts.map((room) => Buffer.from(room));
    this.#words = words.map((room) => new Float64Array(room));
    const settings: ScannerSettings = { ...layout, fd, control, texts, words, pieces };
    this.#worker = new Worker(module, { workerData: settings });
    this.#worker.on("message", (scanned: Scanned | NotScanned) => this.#arrived(scanned));
    this.#worker.on("error", (error: Error) => (this.#failure = error));
    this.#worker.on("exit", () => this.#ended());
  }

  /** Pieces that were scanned and are to be taken. */
  get scanned(): number {
    return this.#scanned.size;
  }

  /**
   * What was scanned of a piece; undefined: it is the caller's to read. Pieces are asked for in order, and each is given back
   * by `release` before the next. @throws what ended the thread
   */
  async take(piece: number): Promise<ScannedPiece | undefined> {
    Atomics.store(this.#control, CONTROL.position, piece);
    const at = CONTROL.pieces + piece;
    if (Atomics.compareExchange(this.#control, at, PIECE.free, PIECE.reader) === PIECE.free) return undefined;
    const scanned = await this.#arrival(piece);
    return scanned === undefined ? undefined : this.#pieceOf(scanned);
  }

  /** Its memory may be used again. */
  release({ room }: ScannedPiece): void {
    const at = CONTROL.slots + this.#rooms.indexOf(room);
    Atomics.store(this.#control, at, SLOT.free);
    Atomics.notify(this.#control, at);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  #pieceOf({ slot, from, to, events, texts, names }: Scanned): ScannedPiece {
    const { headroom, piece } = this.#layout;
    return {
      room: this.#rooms[slot]!,
      start: headroom,
      from: headroom + from,
      to: headroom + to,
      end: headroom + piece,
      lines: { words: new EventWords(this.#words[slot]!, texts), events, names },
    };
  }

  async #arrival(piece: number): Promise<Scanned | undefined> {
    if (!this.#scanned.has(piece)) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#hasEnded) return undefined;
      return await new Promise((resolve, reject) => (this.#waiting = { piece, resolve, reject }));
    }
    const scanned = this.#scanned.get(piece);
    this.#scanned.delete(piece);
    return scanned;
  }

  #arrived(message: Scanned | NotScanned): void {
    const scanned = message.slot === undefined ? undefined : message;
    const waiting = this.#waiting;
    if (waiting?.piece !== message.piece) {
      this.#scanned.set(message.piece, scanned);
      return;
    }
    this.#waiting = undefined;
    waiting.resolve(scanned);
  }

  #ended(): void {
    this.#hasEnded = true;
    if (this.#failure === undefined) this.#waiting?.resolve(undefined);
    else this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }
}
