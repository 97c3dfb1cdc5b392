/** When a second thread scans lines of a file ahead of the one that reads it. */
export interface ReadAhead {
  /** Bytes of the smallest file for which it is done: less is read before the thread is at work. */
  readonly from: number;
  /** Bytes that either thread takes at once. */
  readonly piece: number;
}

export const READ_AHEAD: ReadAhead = { from: 32 * 1024 * 1024, piece: 2 * 1024 * 1024 };
