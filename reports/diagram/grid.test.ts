import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { layGrid } from "./grid.ts";
import { layLanes } from "./lanes.ts";

interface Timed {
  readonly index: number;
  readonly endIndex: number | null;
  readonly who: string;
  readonly node: string | null;
}

/** Operations of a few sessions, some of which overlap even within a session, some never end. */
const witnesses: fc.Arbitrary<Timed[]> = fc
  .array(
    fc.record({
      session: fc.nat({ max: 3 }),
      start: fc.nat({ max: 40 }),
      length: fc.integer({ min: 1, max: 12 }),
      isOpen: fc.boolean(),
      node: fc.constantFrom("n1", "n2", null),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((drawn) => {
    const moments = drawn
      .flatMap(({ start, length }, i) => [
        { at: start, i, isEnd: false },
        { at: start + length, i, isEnd: true },
      ])
      .sort((a, b) => a.at - b.at || Number(a.isEnd) - Number(b.isEnd));
    const rank = (i: number, isEnd: boolean): number =>
      moments.findIndex((moment) => moment.i === i && moment.isEnd === isEnd);
    return drawn
      .map(({ session, isOpen, node }, i) => ({
        index: rank(i, false),
        endIndex: isOpen && i % 3 === 0 ? null : rank(i, true),
        who: `p${session}`,
        node,
      }))
      .sort((a, b) => a.index - b.index);
  });

describe("lanes", () => {
  test("hold every operation once, none at the same time as another", () => {
    fc.assert(
      fc.property(witnesses, (operations) => {
        const { lanes, laneOf } = layLanes(operations);
        expect(laneOf).toHaveLength(operations.length);
        operations.forEach((one, i) => {
          expect(lanes[laneOf[i] as number]?.name).toBe(one.who);
          operations.slice(i + 1).forEach((other, j) => {
            if (laneOf[i] !== laneOf[i + 1 + j]) return;
            expect(one.endIndex ?? Number.POSITIVE_INFINITY).toBeLessThan(other.index);
          });
        });
      }),
    );
  });

  test("name the node that answered all of a lane", () => {
    const operation = { who: "p1", node: "n1" };
    const first = { ...operation, index: 0, endIndex: 1 };
    expect(layLanes([first, { ...operation, index: 2, endIndex: 3 }]).lanes).toEqual([
      { name: "p1", node: "n1" },
    ]);
    const elsewhere = { ...operation, node: "n2", index: 2, endIndex: 3 };
    expect(layLanes([first, elsewhere]).lanes).toEqual([{ name: "p1", node: null }]);
    const finals = [first, { ...elsewhere, index: 4, endIndex: 5 }].map((read, process) => ({
      ...read,
      ...{ who: "final", final: true, process },
    }));
    expect(layLanes(finals).lanes).toEqual([
      { name: "final", node: "n1" },
      { name: "final", node: "n2" },
    ]);
  });
});

describe.each([false, true])("rows of a diagram, one for each operation: %s", (apart) => {
  test("hold each operation once, above another exactly if it had ended before", () => {
    fc.assert(
      fc.property(witnesses, (operations) => {
        const { rows, laneOf } = layGrid(operations, apart);
        const spans = operations.map((_, place) => {
          const lane = laneOf[place] as number;
          const first = rows.findIndex(({ cells }) => cells[lane]?.operation === place);
          if (rows[first]?.cells[lane]?.mark === "whole") return { first, last: first };
          const last = rows.findIndex(({ cells }, row) => row > first && cells[lane]?.mark === "end");
          return { first, last: last === -1 ? Number.POSITIVE_INFINITY : last };
        });
        const shown = rows.flatMap(({ cells }) => cells.flatMap(({ operation }) => operation ?? []));
        expect(shown.toSorted((a, b) => a - b)).toEqual([...operations.keys()]);
        operations.forEach((one, i) => {
          operations.forEach((other, j) => {
            if (i === j) return;
            const isBefore = (one.endIndex ?? Number.POSITIVE_INFINITY) < other.index;
            expect((spans[i] as { last: number }).last < (spans[j] as { first: number }).first).toBe(
              isBefore,
            );
          });
        });
      }),
    );
  });
});
