import fc from "fast-check";
import { expect, test } from "vitest";
import { SimDisk } from "../../../../harness/cluster/sim/disk.ts";
import type { Entry } from "./messages.ts";
import { ReplicatedLog } from "./replicated-log.ts";

const entry = (term: number, value: number): Entry => ({ term, command: value });

function logOf(entries: readonly Entry[]): ReplicatedLog {
  const log = new ReplicatedLog(new SimDisk());
  for (const one of entries) log.append(one);
  return log;
}

const all = (log: ReplicatedLog): readonly Entry[] => log.slice(1, log.lastIndex, log.lastIndex);

/** A leader's log and a follower's, which share a beginning and then hold entries of different terms. */
const logs = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 8 }),
    fc.array(fc.constantFrom(4, 6), { maxLength: 6 }),
    fc.array(fc.constantFrom(5, 7), { maxLength: 6 }),
  )
  .map(([shared, leader, follower]) => {
    const ascending = (terms: number[]): Entry[] =>
      [...terms].sort((a, b) => a - b).map((term) => entry(term, term));
    return {
      leader: [...ascending(shared), ...ascending(leader)],
      follower: [...ascending(shared), ...ascending(follower)],
    };
  });

test("whatever a follower had, it ends with the leader's log, and so does its disk", () => {
  fc.assert(
    fc.property(logs, fc.integer({ min: 1, max: 4 }), ({ leader, follower }, batch) => {
      const source = logOf(leader);
      const disk = new SimDisk();
      const sink = new ReplicatedLog(disk);
      for (const one of follower) sink.append(one);
      let next = source.lastIndex + 1;
      let rejections = 0;
      for (;;) {
        const prevIndex = next - 1;
        const prevTerm = source.termAt(prevIndex);
        const entries = source.slice(next, source.lastIndex, batch);
        const { agreed } = sink.accept({ type: "append", term: 9, prevIndex, prevTerm, entries, commit: 0 });
        if (agreed === source.lastIndex) break;
        if (agreed === undefined) {
          rejections++;
          const hint = sink.lastWithin(prevIndex, prevTerm);
          next = source.lastWithin(hint, sink.termAt(hint)) + 1;
        } else next = agreed + 1;
      }
      expect(rejections).toBeLessThanOrEqual(8);
      expect(all(sink).slice(0, source.lastIndex)).toEqual(leader);
      expect(all(new ReplicatedLog(disk))).toEqual(all(sink));
    }),
  );
});

test("what was agreed before stays when an old message comes late", () => {
  const log = logOf([entry(1, 1), entry(1, 2), entry(2, 3)]);
  const late = {
    type: "append",
    term: 2,
    prevIndex: 0,
    prevTerm: 0,
    entries: [entry(1, 1)],
    commit: 0,
  } as const;
  expect(log.accept(late)).toEqual({ agreed: 1, kept: 3 });
  expect(log.lastIndex).toBe(3);
});

test("a gap or another history before the entries is refused, and nothing changes", () => {
  const log = logOf([entry(1, 1)]);
  const message = { type: "append", term: 3, entries: [entry(3, 9)], commit: 0 } as const;
  expect(log.accept({ ...message, prevIndex: 2, prevTerm: 3 }).agreed).toBeUndefined();
  expect(log.accept({ ...message, prevIndex: 1, prevTerm: 2 }).agreed).toBeUndefined();
  expect(all(log)).toEqual([entry(1, 1)]);
});

test("says what it kept of what it had", () => {
  const log = logOf([entry(1, 1), entry(1, 2), entry(1, 3)]);
  const message = {
    type: "append",
    term: 2,
    prevIndex: 1,
    prevTerm: 1,
    entries: [entry(2, 4)],
    commit: 0,
  } as const;
  expect(log.accept(message)).toEqual({ agreed: 2, kept: 1 });
  expect(all(log)).toEqual([entry(1, 1), entry(2, 4)]);
});
