import { describe, expect, test } from "vitest";
import { initialCluster, isAt, mayLeave, membersIn } from "./members.ts";

const HOST = "10.64.0.1";
const member = (place: number, name = `n${place}`) => ({
  ID: String(place),
  ...(name === "" ? {} : { name }),
  peerURLs: [`http://${HOST}${place}:2380`],
});
const list = (...members: ReturnType<typeof member>[]) => membersIn({ members });
const leave = (members: ReturnType<typeof list>, place: number, healthy: readonly number[]): boolean => {
  const found = members.find(({ id }) => id === String(place));
  if (found === undefined) throw new Error(`there is no member ${place}`);
  return mayLeave(members, found, new Set(healthy.map(String)));
};

describe("the list of members", () => {
  test("a member that has not started has no name, and is known by where it is", () => {
    const [first, second] = list(member(1), member(2, ""));
    expect(first).toEqual({ id: "1", name: "n1", peerUrls: [`http://${HOST}1:2380`] });
    expect(second?.name).toBe("");
    expect(list(member(1), member(2, "")).filter(isAt(`${HOST}2`))).toEqual([second]);
  });

  test("an answer without members lists none", () => expect(membersIn({})).toEqual([]));

  test("a member that begins is told all others, itself by its node's name", () => {
    const nodes = [1, 2].map((place) => ({ node: `n${place}`, host: `${HOST}${place}` }));
    expect(initialCluster(list(member(1), member(2, "")), nodes)).toBe(
      `n1=http://${HOST}1:2380,n2=http://${HOST}2:2380`,
    );
  });
});

describe("a member may leave if those left can agree", () => {
  const three = list(member(1), member(2), member(3));
  test("both others are there", () => expect(leave(three, 3, [1, 2, 3])).toBe(true));
  test("one that nobody reaches may leave too", () => expect(leave(three, 3, [1, 2])).toBe(true));
  test("with one of the others gone, two of two would be needed", () =>
    expect(leave(three, 3, [1, 3])).toBe(false));
  test("of five, one that left and one that is gone leave three of four", () => {
    const five = list(...[1, 2, 3, 4, 5].map((place) => member(place)));
    expect(leave(five, 5, [1, 2, 3, 5])).toBe(true);
    expect(leave(five, 5, [1, 2, 5])).toBe(false);
  });
  test("one that has not started does not count", () =>
    expect(leave(list(member(1), member(2, ""), member(3)), 3, [1, 2, 3])).toBe(false));
  test("of two, the other goes on alone", () =>
    expect(leave(list(member(1), member(2)), 2, [1, 2])).toBe(true));
});
