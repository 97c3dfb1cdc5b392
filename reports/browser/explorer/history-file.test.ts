import { describe, expect, test } from "vitest";
import { timelineOf } from "../../data/timeline.ts";
import { spanOf } from "../../data/times.ts";
import { testHistory } from "../../testing/history.ts";
import { HistoryFile } from "./history-file.ts";
import { unpackOperations } from "./operations.ts";

const HEADER = '{"riftcheck":1,"objects":[]}';
const LINES = [
  '{"index":0,"time":1,"process":0,"type":"invoke","f":"write","key":"x","value":"ä"}',
  '{"index":1,"time":2,"process":1,"type":"invoke","f":"read","key":"x","value":null}',
  '{"index":2,"time":3,"process":0,"type":"ok","f":"write","key":"x","value":"ä"}',
  '{"index":3,"time":9,"process":1,"type":"ok","f":"read","key":"x","value":"ä"}',
];

async function report() {
  const history = testHistory([
    { process: 0, f: "write", key: "x", value: "ä", start: 1, end: 3 },
    { process: 1, f: "read", key: "x", value: "ä", start: 2, end: 9 },
  ]);
  const timeline = timelineOf(history, spanOf(history, undefined), new Set());
  if (timeline === undefined) throw new Error("no timeline");
  const operations = await unpackOperations(timeline);
  operations.value.fill(-1);
  return { timeline, operations };
}

const open = async (text: string) => {
  const { timeline, operations } = await report();
  const file = await HistoryFile.open(new Blob([text]), timeline, operations, () => {});
  return { file, operations };
};

describe("a history file opened in the page", () => {
  test("brings every value and both lines of an operation", async () => {
    const { file, operations } = await open([HEADER, ...LINES, ""].join("\n"));
    expect([...operations.value].map((id) => operations.values[id])).toEqual(["ä", "ä"]);
    expect(await file.whole(0)).toEqual({ invocation: LINES[0], completion: LINES[2] });
    expect(await file.whole(1)).toEqual({ invocation: LINES[1], completion: LINES[3] });
  });

  test("may end in the middle of a line", async () => {
    const { file } = await open([HEADER, ...LINES.slice(0, 3), '{"index":3,"ti'].join("\n"));
    expect(await file.whole(1)).toEqual({ invocation: LINES[1], completion: undefined });
  });

  test.each([
    [
      "of another run",
      [HEADER, LINES[0]?.replace("write", "add")],
      "line 2 is another operation than event 0",
    ],
    ["with less in it", [HEADER, LINES[0]], "only 1 operation of the 2 operations"],
    ["of another kind", ["a,b,c", "1,2,3"], "line 1 is no JSON"],
    ["of lists", ["[1]", ""], "line 1: expected an object"],
  ])("%s is refused with the reason", async (_, lines, reason) => {
    await expect(open(lines.join("\n"))).rejects.toThrow(reason);
  });
});
