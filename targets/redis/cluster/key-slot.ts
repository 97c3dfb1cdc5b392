/** Slots of a Redis Cluster. Source: Redis Cluster specification, "Key distribution model". */
export const SLOTS = 16_384;

/** The slot of a key: of what stands between its first braces if there is anything, else of all of it. */
export function keySlot(key: string): number {
  const open = key.indexOf("{");
  const close = open < 0 ? -1 : key.indexOf("}", open + 1);
  return crc16(close > open + 1 ? key.slice(open + 1, close) : key) % SLOTS;
}

const POLYNOMIAL = 0x1021;

/** CRC-16/XMODEM of the text in UTF-8. */
function crc16(text: string): number {
  let crc = 0;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? POLYNOMIAL : 0)) & 0xffff;
  }
  return crc;
}
