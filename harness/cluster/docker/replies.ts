/** HTTP status of an error of the engine's interface, if it is one. */
export const statusOf = (error: unknown): number | undefined => {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" ? status : undefined;
};

/**
 * Waits for a call whose aim may be reached already: the engine answers 304 for starting what runs, 404 for removing what
 * is gone, 409 for killing what has ended.
 */
export async function unlessAlready(call: Promise<unknown>, ...statuses: readonly number[]): Promise<void> {
  try {
    await call;
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined || !statuses.includes(status)) throw error;
  }
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Takes apart the engine's multiplexed output: frames of an 8-byte header (stream number, three zero bytes, big-endian
 * length) and that many bytes. A torn last frame is kept as far as it came.
 */
export function demultiplex(data: Buffer): Output {
  const parts: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
  for (let at = 0; at + 8 <= data.length; ) {
    const end = Math.min(data.length, at + 8 + data.readUInt32BE(at + 4));
    (data[at] === 2 ? parts.stderr : parts.stdout).push(data.subarray(at + 8, end));
    at = end;
  }
  return {
    stdout: Buffer.concat(parts.stdout).toString("utf8"),
    stderr: Buffer.concat(parts.stderr).toString("utf8"),
  };
}

/** As `demultiplex`, in the order in which the text was written. */
export function interleaved(data: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= data.length; ) {
    const end = Math.min(data.length, at + 8 + data.readUInt32BE(at + 4));
    parts.push(data.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(parts).toString("utf8");
}
