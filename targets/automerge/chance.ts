import type { Random } from "#core/random";

/**
 * Calls `make` while the chance that this process hands out is the node's. The library draws a random actor for every document it
 * makes, even where it is given one that takes the place of the drawn one at once; a simulation allows nobody else's chance.
 */
export function withChanceOf<T>(random: Random, make: () => T): T {
  const before = Object.getOwnPropertyDescriptor(crypto, "getRandomValues");
  const draw = (bytes: Uint8Array): Uint8Array => {
    for (let i = 0; i < bytes.length; i++) bytes[i] = random.uint32() & 0xff;
    return bytes;
  };
  Object.defineProperty(crypto, "getRandomValues", { value: draw, configurable: true, writable: true });
  try {
    return make();
  } finally {
    if (before === undefined) Reflect.deleteProperty(crypto, "getRandomValues");
    else Object.defineProperty(crypto, "getRandomValues", before);
  }
}
