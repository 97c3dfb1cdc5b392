/** A range of IPv4 addresses in CIDR notation: the first address as a 32-bit number, and the prefix length. */
export interface AddressRange {
  readonly first: number;
  readonly prefix: number;
}

/** 253 nodes are plenty, and small ranges leave room for many runs at once. */
const RUN_PREFIX = 24;

/**
 * Private ranges to choose from (RFC 1918), of which home and office networks and Docker's own pools use the lower
 * parts: the 10.64.0.0/10 block, cut in pieces of RUN_PREFIX.
 */
const POOL: AddressRange = { first: addressNumber(10, 64, 0, 0), prefix: 10 };
const POOL_SIZE = 2 ** (RUN_PREFIX - POOL.prefix);

/** `"10.64.3.0/24"`; `undefined` if the text is no IPv4 range. */
export function parseRange(text: string): AddressRange | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text.trim());
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if (prefix > 32 || [a, b, c, d].some((byte) => byte > 255)) return undefined;
  return { first: (addressNumber(a, b, c, d) & maskOf(prefix)) >>> 0, prefix };
}

export const formatRange = (range: AddressRange): string => `${formatAddress(range.first)}/${range.prefix}`;

/** The address `offset` places after the first one of the range. */
export const addressIn = (range: AddressRange, offset: number): string => formatAddress(range.first + offset);

export function overlaps(a: AddressRange, b: AddressRange): boolean {
  const mask = maskOf(Math.min(a.prefix, b.prefix));
  return ((a.first ^ b.first) & mask) === 0;
}

/**
 * Ranges that overlap none of `used`, beginning at a place that depends on `seed` (any number): runs that start at the
 * same moment then try different ranges first. A default route (prefix 0) is no obstacle.
 */
export function* freeRanges(used: readonly AddressRange[], seed: number): Generator<AddressRange> {
  const obstacles = used.filter((range) => range.prefix > 0);
  for (let i = 0; i < POOL_SIZE; i++) {
    const place = (seed + i) % POOL_SIZE;
    const candidate = { first: POOL.first + place * 2 ** (32 - RUN_PREFIX), prefix: RUN_PREFIX };
    if (!obstacles.some((range) => overlaps(range, candidate))) yield candidate;
  }
}

/** Ranges of the routes in the text of Linux's `/proc/net/route`: hexadecimal, little-endian. */
export function parseRoutes(text: string): AddressRange[] {
  const ranges: AddressRange[] = [];
  for (const line of text.split("\n").slice(1)) {
    const columns = line.split("\t");
    const destination = littleEndian(columns[1]);
    const mask = littleEndian(columns[7]);
    if (destination === undefined || mask === undefined) continue;
    ranges.push({ first: destination, prefix: prefixOf(mask) });
  }
  return ranges;
}

function littleEndian(hex: string | undefined): number | undefined {
  if (hex === undefined || !/^[0-9A-Fa-f]{8}$/.test(hex)) return undefined;
  return Buffer.from(hex, "hex").readUInt32LE(0);
}

const prefixOf = (mask: number): number => 32 - Math.round(Math.log2(2 ** 32 - mask));

/** `>>> 32` shifts by nothing in JavaScript: prefix 0 is a case of its own. */
const maskOf = (prefix: number): number => (prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0);

function addressNumber(a: number, b: number, c: number, d: number): number {
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

const formatAddress = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
