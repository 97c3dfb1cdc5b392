import type { NamesByKind } from "./foreign-names.ts";

/** Pieces that may be scanned and not yet taken. */
export const SLOTS = 4;

/**
 * What the two threads share. `control`: the piece that the reader has come to, then one item per slot, then one per piece.
 */
export const CONTROL = { position: 0, slots: 1, pieces: 1 + SLOTS } as const;
/** Of a slot. */
export const SLOT = { free: 0, taken: 1 } as const;
/** Of a piece: who reads it. */
export const PIECE = { free: 0, reader: 1, scanner: 2 } as const;

/** Room before and behind the bytes of a slot, as `ByteSink` needs it. */
export interface Layout {
  readonly headroom: number;
  readonly piece: number;
  readonly tailroom: number;
}

export interface ScannerSettings extends Layout {
  readonly fd: number;
  readonly control: SharedArrayBuffer;
  /** By slot: bytes, and words of `piece` bytes. */
  readonly texts: readonly SharedArrayBuffer[];
  readonly words: readonly SharedArrayBuffer[];
  readonly pieces: number;
}

/** What was scanned of a piece: the lines from byte `from` to byte `to`. */
export interface Scanned {
  readonly piece: number;
  readonly slot: number;
  readonly from: number;
  readonly to: number;
  readonly events: number;
  readonly texts: readonly string[];
  /** Names that no piece before it held. */
  readonly names: NamesByKind;
}

/** A piece that could not be read whole: whoever reads the file finds out why. */
export interface NotScanned {
  readonly piece: number;
  readonly slot: undefined;
}
