import { describe, expect, test } from "vitest";
import { parseHistory } from "../read-history.ts";

const read = (text: string) => parseHistory(text, "h", { format: "auto" });
const operations = (text: string) => {
  const history = read(text);
  return Array.from({ length: history.length }, (_, row) => {
    const { session, value, start } = history.operation(row);
    return `${session} ${JSON.stringify(value)} ${history.invRank[row]}-${history.retRank[row]} ${start}`;
  });
};

describe("AWDIT's text", () => {
  const text = "w 0 1\nw 1 1\n-----\nr 1 1\n=====\nr 0 1\nr 1 0\n\n";

  test("gives transactions in sessions, at the same time round by round", () => {
    expect(operations(text)).toEqual([
      '0 [["w","0",1],["w","1",1]] 0-2 0',
      '1 [["r","0",1],["r","1",0]] 1-3 0',
      '0 [["r","1",1]] 4-5 0',
    ]);
    expect(read(text).warnings.join()).toContain("no times");
  });

  test.each([
    ["w 0 1\nw 0 1\n", /^h:2: field "value": expected each value written once/],
    ["w 0 1\nx 0 1\n", /^h:2: expected r key value/],
    ["w 0 1\nw 0\n", /^h:2: /],
  ])("refuses %j", (broken, message) => {
    expect(() => read(broken)).toThrow(message);
  });
});

describe("Plume's text", () => {
  test("groups steps by session and transaction", () => {
    expect(operations("w(0,1,1,1)\nr(0,1,2,2)\nw(1,1,1,1)\nr(1,1,1,3)\n")).toEqual([
      '1 [["w","0",1],["w","1",1]] 0-2 0',
      '2 [["r","0",1]] 1-3 0',
      '1 [["r","1",1]] 4-5 0',
    ]);
  });

  test("takes a first session that writes all keys alike for the initial values", () => {
    const history = read("w(0,7,0,0)\nw(1,7,0,0)\nr(0,7,1,1)\n");
    expect(history.length).toBe(1);
    expect(history.header.objects[0]).toMatchObject({ initial: 7, uniqueWrites: true });
    expect(read("w(0,7,0,0)\nr(1,7,1,1)\n").length).toBe(2);
    expect(read("w(0,7,0,0)\nw(1,8,0,0)\nr(1,7,1,1)\n").length).toBe(2);
  });

  test("refuses what is no step", () => {
    expect(() => read("w(0,7,0,0)\nw(0,7,0)\n")).toThrow(/^h:2: expected r\(key,value,session,transaction\)/);
  });
});
