/**
 * Columns of small integers as bytes: zig-zag varints, so that differences between neighbours take one or two bytes.
 * Written by the report, read by its page: this file must run in both.
 */

/** Values within ±2^52. */
export function encodeVarints(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * MAX_BYTES);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    let rest = value < 0 ? -value * 2 - 1 : value * 2;
    while (rest >= 0x80) {
      bytes[at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    bytes[at++] = rest;
  }
  return bytes.slice(0, at);
}

/** 53 bits and a sign in groups of seven. */
const MAX_BYTES = 8;

/** @throws RangeError when `bytes` ends before `length` values were read. */
export function decodeVarints(bytes: Uint8Array, length: number): Float64Array {
  const values = new Float64Array(length);
  let at = 0;
  for (let i = 0; i < length; i++) {
    let rest = 0;
    let scale = 1;
    let byte: number;
    do {
      if (at >= bytes.length) throw new RangeError(`column ends after ${i} of ${length} values`);
      byte = bytes[at++] as number;
      rest += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte >= 0x80);
    values[i] = rest % 2 === 0 ? rest / 2 : -(rest + 1) / 2;
  }
  return values;
}

/** Each value's difference from the one before it; the first one's from zero. */
export function differences(values: ArrayLike<number>): Float64Array {
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    result[i] = (values[i] as number) - (i === 0 ? 0 : (values[i - 1] as number));
  }
  return result;
}

/** The reverse of `differences`, in place. */
export function accumulate(values: Float64Array): Float64Array {
  for (let i = 1; i < values.length; i++) values[i] = (values[i] as number) + (values[i - 1] as number);
  return values;
}
