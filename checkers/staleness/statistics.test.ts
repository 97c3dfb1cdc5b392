import { expect, test } from "vitest";
import { MICROSECOND } from "#core/units";
import { operations } from "../testing/notation.ts";
import { historyFrom } from "../testing/operations.ts";
import { StalenessStatistics } from "./statistics.ts";

/** Where a read is counted that began so many nanoseconds after the newest version was known. */
function bucketOf(since: number): number | undefined {
  const statistics = new StalenessStatistics(historyFrom(operations("W1[1,2] R1[3,4]")));
  statistics.add(1, undefined, { since, isFresh: true });
  return statistics.result().visibility.find(({ reads }) => reads === 1)?.upTo;
}

test("a duration is counted at the least power of two of a microsecond that holds it", () => {
  for (const since of [0, 1, MICROSECOND]) expect(bucketOf(since)).toBe(MICROSECOND);
  for (let power = 1; power <= 40; power++) {
    const most = MICROSECOND * 2 ** power;
    expect([power, bucketOf(most / 2 + 1), bucketOf(most)]).toEqual([power, most, most]);
  }
});
