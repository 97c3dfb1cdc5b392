import { expect, test } from "vitest";
import { type Ballot, knowsEnough, leaseEnd, mayChoose } from "./supervisor/ballot.ts";
import { bytesOf, hasDiverged, isAtLeast, termAt } from "./supervisor/lineage.ts";
import { majorityOf } from "./supervisor/settings.ts";

const LINEAGE = [
  { term: 1, from: "0/0" },
  { term: 3, from: "0/100" },
  { term: 4, from: "1/0" },
];

test("positions are 64-bit numbers in two hexadecimal halves", () => {
  expect(bytesOf("0/3000148")).toBe(0x3000148n);
  expect(bytesOf("1/0")).toBe(0x100000000n);
  expect(() => bytesOf("100")).toThrow("no log position: 100");
});

test.each([
  ["0/0", 0],
  ["0/80", 1],
  ["0/100", 1],
  ["0/101", 3],
  ["0/FFFFFFFF", 3],
  ["1/1", 4],
])("the last record before %s is of term %i", (end, term) => {
  expect(termAt(LINEAGE, end)).toBe(term);
});

test("a later term counts more than a longer log", () => {
  expect(isAtLeast({ term: 3, end: "0/10" }, { term: 2, end: "0/90" })).toBe(true);
  expect(isAtLeast({ term: 2, end: "0/90" }, { term: 3, end: "0/10" })).toBe(false);
  expect(isAtLeast({ term: 2, end: "0/90" }, { term: 2, end: "0/9" })).toBe(true);
  expect(isAtLeast({ term: 2, end: "0/9" }, { term: 2, end: "0/90" })).toBe(false);
  expect(isAtLeast({ term: 2, end: "0/9" }, { term: 2, end: "0/9" })).toBe(true);
});

test.each([
  ["is a beginning of the leader's", { term: 1, end: "0/80" }, false],
  ["ends where the leader's term began", { term: 1, end: "0/100" }, false],
  ["goes on in a term that the leader had left", { term: 1, end: "0/101" }, true],
  ["is of a term that the leader never had", { term: 2, end: "0/90" }, true],
  ["is of the leader's own term", { term: 4, end: "2/0" }, false],
  ["is empty", { term: 0, end: "0/0" }, false],
])("a log that %s: diverged %s", (_, own, diverged) => {
  expect(hasDiverged(own, LINEAGE)).toBe(diverged);
});

const request = { term: 5, candidate: "n2", position: { term: 3, end: "0/200" }, trial: false };

test.each<[string, Ballot, boolean, boolean]>([
  ["in a new term", { term: 4, votedFor: "n1" }, false, true],
  ["in a term without a vote", { term: 5, votedFor: undefined }, false, true],
  ["again for the same", { term: 5, votedFor: "n2" }, false, true],
  ["never twice in one term", { term: 5, votedFor: "n3" }, false, false],
  ["never in an old term", { term: 6, votedFor: undefined }, false, false],
  ["never while a lease may run", { term: 4, votedFor: "n1" }, true, false],
])("a node votes %s", (_, ballot, bound, granted) => {
  expect(mayChoose({ ballot, bound }, request)).toBe(granted);
});

test("nobody is chosen who lacks what the voter has", () => {
  expect(knowsEnough({ term: 3, end: "0/200" }, request)).toBe(true);
  expect(knowsEnough({ term: 3, end: "0/201" }, request)).toBe(false);
  expect(knowsEnough({ term: 4, end: "0/100" }, request)).toBe(false);
});

test("a lease runs from the word that the last of a majority answered", () => {
  const LEASE = 1_000;
  expect(leaseEnd([500, 100], 3, 600, LEASE)).toBe(1_500);
  expect(leaseEnd([100, 500, 300, 200], 5, 600, LEASE)).toBe(1_300);
  expect(leaseEnd([100], 2, 600, LEASE)).toBe(1_100);
  expect(leaseEnd([], 3, 600, LEASE)).toBe(Number.NEGATIVE_INFINITY);
  expect(leaseEnd([], 1, 600, LEASE)).toBe(1_600);
  expect([1, 2, 3, 4, 5].map(majorityOf)).toEqual([1, 2, 2, 3, 3]);
});
