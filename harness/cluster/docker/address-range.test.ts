import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressIn, formatRange, freeRanges, overlaps, parseRange, parseRoutes } from "./address-range.ts";

const range = (text: string) => {
  const parsed = parseRange(text);
  if (parsed === undefined) throw new Error(`no range: ${text}`);
  return parsed;
};
const firstFree = (used: string[], seed: number) => {
  for (const free of freeRanges(used.map(range), seed)) return formatRange(free);
  return undefined;
};

test.each([
  ["10.64.3.0/24", "10.64.3.0/24"],
  ["10.64.3.77/24", "10.64.3.0/24"],
  ["192.0.2.2/32", "192.0.2.2/32"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["255.255.255.255/1", "128.0.0.0/1"],
])("%s is the range %s", (text, expected) => {
  expect(formatRange(range(text))).toBe(expected);
});

test.each(["", "10.64.3.0", "10.64.3.0/33", "256.0.0.0/8", "fd00::/64", "10.64.3/24"])(
  "%j is none",
  (text) => {
    expect(parseRange(text)).toBeUndefined();
  },
);

test.each([
  ["10.0.0.0/8", "10.64.3.0/24", true],
  ["10.64.3.0/24", "10.64.3.128/25", true],
  ["10.64.3.0/24", "10.64.4.0/24", false],
  ["172.17.0.0/16", "10.64.4.0/24", false],
  ["128.0.0.0/1", "192.0.2.2/32", true],
])("%s and %s overlap: %s", (a, b, expected) => {
  expect(overlaps(range(a), range(b))).toBe(expected);
  expect(overlaps(range(b), range(a))).toBe(expected);
});

test("addresses count from the first of the range", () => {
  expect(addressIn(range("10.64.3.0/24"), 1)).toBe("10.64.3.1");
  expect(addressIn(range("10.127.255.0/24"), 211)).toBe("10.127.255.211");
});

describe("free ranges", () => {
  test("begin where the seed says and go round", () => {
    expect(firstFree([], 0)).toBe("10.64.0.0/24");
    expect(firstFree([], 257)).toBe("10.65.1.0/24");
    expect(firstFree([], 16_384)).toBe("10.64.0.0/24");
    expect(firstFree(["10.127.255.0/24"], 16_383)).toBe("10.64.0.0/24");
  });

  test("leave out what others use; a default route is no obstacle", () => {
    expect(firstFree(["10.64.0.0/16"], 5)).toBe("10.65.0.0/24");
    expect(firstFree(["10.64.5.130/32", "0.0.0.0/0"], 5)).toBe("10.64.6.0/24");
    expect(firstFree(["10.0.0.0/8"], 5)).toBeUndefined();
  });

  test("never overlap anything in use", () => {
    const used = fc.tuple(fc.nat(2 ** 32 - 1), fc.integer({ min: 1, max: 32 }));
    fc.assert(
      fc.property(fc.array(used, { maxLength: 20 }), fc.nat(), (pairs, seed) => {
        const taken = pairs.map(([first, prefix]) =>
          range(`${addressIn({ first: 0, prefix: 0 }, first)}/${prefix}`),
        );
        const [free] = freeRanges(taken, seed);
        return free === undefined || taken.every((other) => !overlaps(other, free));
      }),
      { numRuns: 200 },
    );
  });
});

test("routes are read from the kernel's table", () => {
  const table = [
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT",
    "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
    "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
    "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
    "tun0\t0101010A\t00000000\t0001\t0\t0\t0\tFFFFFFFF\t0\t0\t0",
    "",
  ].join("\n");
  expect(parseRoutes(table).map(formatRange)).toEqual([
    "0.0.0.0/0",
    "172.17.0.0/16",
    "192.0.2.0/24",
    "10.1.1.1/32",
  ]);
});
