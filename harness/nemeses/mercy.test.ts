import { describe, expect, test } from "vitest";
import { Random } from "#core/random";
import { SECOND } from "#core/units";
import { leavesMajority } from "./mercy.ts";
import { faults } from "./registry.ts";
import { planSchedule } from "./schedule.ts";
import { chooseTargets, parseTargets } from "./targets.ts";

const NODES = ["n1", "n2", "n3", "n4", "n5"];
const planned = (name: string, ...on: string[]) => {
  const fault = faults[name];
  if (fault === undefined) throw new Error(`there is no fault ${name}`);
  return { fault, on };
};

describe("a majority is left", () => {
  test.each([
    ["two of five are out", [planned("kill-one", "n1"), planned("partition-one", "n2")], 5, true],
    ["the same is out twice", [planned("kill-one", "n1"), planned("partition-one", "n1")], 3, true],
    ["two of three are out", [planned("kill-one", "n1"), planned("partition-one", "n2")], 3, false],
    [
      "the leader may be the third",
      [planned("kill-leader", "leader"), planned("partition-halves", "n1", "n2")],
      5,
      false,
    ],
    [
      "one after the other is one",
      [planned("kill-rolling", ...NODES), planned("partition-one", "n1")],
      5,
      true,
    ],
    ["wrong clocks take nobody out", [planned("kill-one", "n1"), planned("clock-skew", ...NODES)], 3, true],
    ["all are out", [planned("kill-all", ...NODES)], 5, false],
  ])("%s", (_, both, nodes, left) => {
    expect(leavesMajority(both, nodes)).toBe(left);
  });

  test("where a merciful schedule overlaps, and not always otherwise", () => {
    const some = Object.fromEntries(
      ["kill-one", "pause-one", "partition-majority", "partition-one"].map((name) => [
        name,
        planned(name).fault,
      ]),
    );
    const broken = (merciful: boolean) =>
      ["a", "b", "c", "d"].flatMap((seed) => {
        const schedule = planSchedule({
          ...{
            random: new Random(seed),
            nodes: NODES,
            faults: some,
            time: 900 * SECOND,
            overlap: true,
            merciful,
          },
        });
        return schedule.flatMap((one) => {
          const both = schedule.filter(
            (other) => other.at < one.at + one.for && one.at < other.at + other.for,
          );
          return leavesMajority(
            both.map(({ fault, on }) => planned(fault, ...on)),
            NODES.length,
          )
            ? []
            : [both];
        });
      });
    expect(broken(true)).toEqual([]);
    expect(broken(false)).not.toEqual([]);
  });
});

describe("targets", () => {
  test("by selector", () => {
    const count = (selector: string) =>
      chooseTargets(parseTargets(selector, NODES), new Random("x"), NODES).length;
    expect(["one", "minority", "majority", "all"].map(count)).toEqual([1, 2, 3, 5]);
    expect(chooseTargets("follower", new Random("x"), NODES)).toEqual(["follower"]);
    expect(chooseTargets("minority", new Random("x"), ["n1"])).toEqual(["n1"]);
  });

  test("by name, and a name that no node has is refused with those that there are", () => {
    expect(chooseTargets(parseTargets("n2, n4", NODES), new Random("x"), NODES)).toEqual(["n2", "n4"]);
    expect(() => parseTargets("n2,n9", NODES)).toThrow("--fault-targets n2,n9: there is no node n9");
  });

  test("only of faults that may hit any node", () => {
    const schedule = planSchedule({
      ...{ random: new Random("x"), nodes: NODES, time: 900 * SECOND, targets: ["n5"] },
      faults: {
        "kill-one": planned("kill-one").fault,
        "partition-halves": planned("partition-halves").fault,
      },
    });
    for (const { fault, on } of schedule) expect(on.length, fault).toBe(fault === "kill-one" ? 1 : 2);
    expect(new Set(schedule.filter(({ fault }) => fault === "kill-one").flatMap(({ on }) => on))).toEqual(
      new Set(["n5"]),
    );
  });
});
