import { expect, test } from "vitest";
import { lostPackets, mechanismOf, shapeRules, shapeSettings } from "./shaping.ts";

test("loss alone is the packet filter's own chance, all else goes through a queue", () => {
  expect(mechanismOf({ loss: 0.2 })).toBe("iptables statistic");
  expect(mechanismOf({ loss: 0.2, duplication: 0.1 })).toBe("NFQUEUE");
  expect(mechanismOf({ hold: true })).toBe("NFQUEUE");
});

test("a rule for each sender, as iptables-restore reads it, taken away as it was made", () => {
  const lossy = { id: 4, conditions: { loss: 0.2 }, sources: ["10.64.0.11", "10.64.0.12"] };
  const added = shapeRules(lossy, "-A");
  expect(added.split("\n").filter((line) => line.startsWith("-A RIFTCHECK-SHAPE -s 10.64.0.1"))).toHaveLength(
    2,
  );
  expect(added).toContain("--probability 0.2 -m comment --comment shape-4 -j DROP");
  expect(shapeRules(lossy, "-D")).toBe(added.replaceAll("-A ", "-D "));
});

test("packets that passed one shape meet the next: each has a bit of its own", () => {
  const marks = [1, 2, 14].map((id) => {
    const rules = shapeRules({ id, conditions: { hold: true }, sources: ["10.64.0.11"] }, "-A");
    return Number(/! --mark (0x[0-9a-f]+)\/\1 /.exec(rules)?.[1]);
  });
  expect(marks).toEqual([2 ** 17, 2 ** 18, 2 ** 30]);
});

test("conditions as words for the program", () => {
  expect(
    shapeSettings({
      delay: { kind: "uniform", min: 5, max: 10 },
      duplication: 0.5,
      corruption: 0.25,
      reordering: { probability: 0.1, by: { kind: "pareto", min: 3, shape: 1.5 } },
      rate: { bytesPerSecond: 2_000, queue: 50 },
      hold: true,
    }).join(" "),
  ).toBe("delay uniform 5 10 duplication 0.5 corruption 0.25 reordering 0.1 pareto 3 1.5 rate 2000 50 hold");
});

test("packets lost to one shape are counted apart from those of others", () => {
  const listing = `-N RIFTCHECK-SHAPE
-A RIFTCHECK-SHAPE -s 10.64.0.11/32 -m statistic --mode random --probability 0.2 -m comment --comment shape-1 -c 12 720 -j DROP
-A RIFTCHECK-SHAPE -s 10.64.0.12/32 -m statistic --mode random --probability 0.2 -m comment --comment shape-1 -c 30 1800 -j DROP
-A RIFTCHECK-SHAPE -s 10.64.0.12/32 -m statistic --mode random --probability 0.2 -m comment --comment shape-11 -c 5 300 -j DROP
`;
  expect([1, 11, 2].map((id) => lostPackets(listing, id))).toEqual([42, 5, 0]);
});
