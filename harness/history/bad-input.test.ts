import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messageOf } from "#core/errors";
import { mappingFlag } from "./importers/mapping.ts";
import { FORMAT_NAMES } from "./importers/format-names.ts";
import { parseHistory, type ReadOptions, readHistory } from "./read-history.ts";

const MIB = 1024 * 1024;
const DEEP = 1_000_000;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "riftcheck-bad-input-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The one line that a file is refused with. */
async function refusal(path: string, options: ReadOptions = {}): Promise<string> {
  try {
    await readHistory(path, options);
  } catch (error) {
    expect(error).toMatchObject({ code: "bad-history", exitCode: 64 });
    expect(messageOf(error)).not.toContain("\n");
    return messageOf(error).replace(path, "FILE");
  }
  return "it was read";
}

async function refusalOf(content: string | Buffer, options: ReadOptions = {}): Promise<string> {
  const path = join(folder, "history");
  await writeFile(path, content);
  return refusal(path, options);
}

const JSONL = '{"index":0,"time":0,"process":0,"type":"invoke","f":"write","key":"x","value":1}\n';
const EDN = "{:process 0, :type :invoke, :f :write, :value 1, :time 5}\n";
const LOG = "INFO  jepsen.util - 0\t:invoke\t:write\t1\n";
const CSV = "process,type,f,key,value\n0,invoke,write,x,1\n";
const ROWS = '{"process":0,"type":"invoke","f":"write","value":1}\n';
const AWDIT = "w 0 1\n";

describe("values nested a million deep", () => {
  test.each([
    [
      "jsonl",
      `${JSONL}${JSONL.replace('"index":0', '"index":1').replace('"value":1', `"value":${"[".repeat(DEEP)}${"]".repeat(DEEP)}`)}`,
      2,
    ],
    [
      "jsonl, in the first line",
      JSONL.replace('"value":1', `"value":${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`),
      1,
    ],
    ["jepsen-edn", `${EDN}${EDN.replace(":value 1", `:value ${"[".repeat(DEEP)}${"]".repeat(DEEP)}`)}`, 2],
    ["jepsen-log", `${LOG}${LOG.replace("\t1", `\t${"[".repeat(DEEP)}${"]".repeat(DEEP)}`)}`, 2],
    ["csv", `${CSV}1,invoke,write,x,"${"[".repeat(DEEP)}${"]".repeat(DEEP)}"\n`, 3],
    ["json-rows", `${ROWS}${ROWS.replace('"value":1', `"value":${"[".repeat(DEEP)}${"]".repeat(DEEP)}`)}`, 2],
  ])("%s", async (_, content, line) => {
    expect(await refusalOf(content)).toBe(`FILE:${line}: expected values nested at most 500 deep`);
  });

  test("up to 500 deep they are read", () => {
    const deep = `${"[".repeat(498)}7${"]".repeat(498)}`;
    const history = parseHistory(JSONL.replace('"value":1', `"value":${deep}`));
    expect(JSON.stringify(history.operation(0).value)).toBe(deep);
    const edn = parseHistory(EDN.replace(":value 1", `:value ["x" ${deep}]`), "h", { format: "jepsen-edn" });
    expect(JSON.stringify(edn.operation(0).value)).toBe(deep);
  });
});

describe("a line of 200 MB", () => {
  test.each([
    ["jsonl", JSONL, JSONL.replace('"index":0', '"index":1').replace("1}\n", '"')],
    ["jepsen-edn", EDN, EDN.replace("1, :time 5}\n", '"')],
    ["jepsen-log", LOG, LOG.replace("1\n", '"')],
    ["csv", CSV, '0,invoke,write,x,"'],
    ["awdit", AWDIT, "w 1 1"],
  ])("%s", async (format, start, line) => {
    const path = join(folder, format);
    await writeFile(path, start + line);
    await using file = await open(path, "r+");
    // A hole in the file reads as zeros.
    await file.truncate(200 * MIB);
    const lines = start.split("\n").length;
    expect(await refusal(path)).toBe(`FILE:${lines}: expected an event of at most 64 MiB`);
  });
});

describe("bytes that are no UTF-8", () => {
  const broken = (text: string): Buffer => {
    const bytes = Buffer.from(text);
    bytes[bytes.indexOf("~")] = 0xff;
    return bytes;
  };
  test.each([
    [
      "jsonl",
      JSONL.replace("1}", '"~"}') + JSONL.replace('"index":0', '"index":1'),
      /^FILE:1: expected one JSON object on the line \(its bytes are no UTF-8\)/,
    ],
    ["jepsen-edn", EDN.replace(":value 1", ':value "~"'), /^FILE:1: expected text in UTF-8/],
    ["jepsen-log", LOG + LOG.replace("1\n", '"~"\n'), /^FILE:2: expected text in UTF-8/],
    ["csv", `${CSV}1,invoke,write,~,1\n`, /^FILE:3: expected text in UTF-8/],
    ["json-rows", ROWS.replace("1}", '"~"}'), /^FILE:1: expected text in UTF-8/],
    ["awdit", `${AWDIT}~\n`, /^FILE:2: expected text in UTF-8/],
    ["nothing known", "~~~\nabc\n", /^FILE: its format was not recognised \(it is no text in UTF-8\)/],
  ])("%s", async (_, text, message) => {
    expect(await refusalOf(broken(text))).toMatch(message);
  });

  test("UTF-16", async () => {
    expect(await refusalOf(Buffer.from(`\uFEFF${JSONL}`, "utf16le"))).toMatch(/no text in UTF-8/);
  });
});

describe("operations that cannot be", () => {
  const CHANGES: Readonly<Record<string, readonly [string, string, ReadOptions?]>> = {
    jsonl: [JSONL, JSONL.replace('"index":0', '"index":1')],
    "jepsen-edn": [EDN, EDN],
    "jepsen-log": [LOG, LOG],
    csv: [CSV, "0,invoke,write,x,1\n"],
    "json-rows": [ROWS, ROWS],
  };
  test.each(Object.entries(CHANGES))("%s: a process that invokes twice", async (_, [first, again]) => {
    const line = first.split("\n").length;
    expect(await refusalOf(first + again)).toMatch(
      new RegExp(
        `^FILE:${line}: field "process": expected a completion of the operation that process 0 invoked`,
      ),
    );
  });

  test.each(Object.entries(CHANGES))("%s: a completion without an invocation", async (_, [first, again]) => {
    const line = first.split("\n").length;
    const stray = again.replace("invoke", "ok").replace(/("process":|:process |- |^)0/, "$17");
    expect(await refusalOf(first + stray)).toMatch(
      new RegExp(`^FILE:${line}: field "process": expected an invocation of process 7`),
    );
  });

  test("times that go back", async () => {
    expect(
      await refusalOf(
        `${JSONL.replace('"time":0', '"time":9')}${JSONL.replace('"index":0', '"index":1').replace('"process":0', '"process":1')}`,
      ),
    ).toMatch(/^FILE:2: field "time": expected at least 9/);
    expect(await refusalOf("process,type,f,value,time\n0,invoke,write,1,9\n1,invoke,write,2,8\n")).toMatch(
      /^FILE:3: field "time": expected a time that is not before/,
    );
    expect(await refusalOf("process,f,value,start,end\n0,write,1,9,8\n")).toMatch(
      /^FILE:2: field "end": expected a time not before the start/,
    );
  });
});

describe("mixed types", () => {
  const events = (...values: readonly string[]): string =>
    values
      .map(
        (value, at) =>
          `{"index":${2 * at},"time":0,"process":0,"type":"invoke","f":"${at === 0 ? "write" : "read"}","key":"x","value":${at === 0 ? value : null}}\n` +
          `{"index":${2 * at + 1},"time":0,"process":0,"type":"ok","f":"${at === 0 ? "write" : "read"}","key":"x","value":${value}}\n`,
      )
      .join("");

  test.each([
    ["1", '"1"'],
    ['"1"', "1"],
    ["-2.5", '"-2.5"'],
  ])("%s written and %s read", async (written, read) => {
    expect(await refusalOf(events(written, read))).toBe(
      `FILE: the operation of index 2: field "value": expected values of one type: the key "x" was read as ${read}, but ${written} was written`,
    );
  });

  test("in the elements of a set", async () => {
    const text =
      '{:process 0 :type :invoke :f :add :value 1}\n{:process 0 :type :ok :f :add :value 1}\n{:process 0 :type :invoke :f :read}\n{:process 0 :type :ok :f :read :value ["1"]}\n';
    expect(await refusalOf(text)).toMatch(
      /expected values of one type: the object was read as "1", but 1 was written/,
    );
  });

  test("are kept apart where both were written, or neither", () => {
    expect(parseHistory(events("1", '"01"')).length).toBe(2);
    expect(parseHistory(events("1", '"2"', "3")).length).toBe(3);
    const both = events("1", '"1"')
      .replace('"f":"read","key":"x","value":null', '"f":"write","key":"x","value":"1"')
      .replace('"f":"read"', '"f":"write"');
    expect(parseHistory(both).length).toBe(2);
  });

  test("in keys of EDN", async () => {
    const text =
      '{:process 0 :type :invoke :f :read :value [1 nil]}\n{:process 1 :type :invoke :f :read :value ["1" nil]}\n';
    expect(await refusalOf(text)).toMatch(
      /^FILE:2: field "key": expected keys of one type: 1 is a string here and was a number/,
    );
  });
});

describe("what is no history", () => {
  test.each(["", "\n \n", "\uFEFF"])("an empty file: %j", async (content) => {
    expect(await refusalOf(content)).toBe("FILE is empty: expected a history");
  });

  test("a folder", async () => {
    const path = join(folder, "runs");
    await mkdir(path);
    expect(await refusal(path)).toMatch(/^FILE is a folder: expected a history file, or a run folder/);
  });

  test("a file that is not there", async () => {
    expect(await refusal(join(folder, "none"))).toMatch(/^FILE cannot be read: ENOENT/);
  });

  test.each(["hello world\n", "[1, 2]\n", '[{"index":0}]\n', "<html>\n", '"text"\n', "\0\0\0\0"])(
    "some other text: %j",
    async (content) => {
      expect(await refusalOf(content)).toMatch(
        /^FILE: its format was not recognised .*expected one of jsonl, .*csv$/,
      );
    },
  );

  test("a table whose columns nobody named", () => {
    expect(() => parseHistory("a,b,c\n1,2,3\n", "h", { format: "auto" })).toThrow(
      "h: its columns a, b, c do not tell what they hold",
    );
  });
});

describe("a history that was cut", () => {
  test.each([
    ["jsonl", JSONL + JSONL.replace('"index":0', '"index":1').slice(0, 50)],
    ["jepsen-edn", EDN + EDN.slice(0, 30)],
    ["jepsen-log", LOG + LOG.replace("1\n", "[1")],
    ["csv", `${CSV}0,ok,wri`],
    ["json-rows", ROWS + ROWS.slice(0, 20)],
    ["awdit", `${AWDIT}w 1`],
  ])("%s: keeps what is whole, with a warning", async (format, content) => {
    const path = join(folder, "cut");
    await writeFile(path, content);
    const history = await readHistory(path, { format });
    expect(history.length).toBe(1);
    expect(history.warnings.join()).toMatch(/line \d, the last one, is torn/);
  });
});

test("whatever the format, a file in pieces reads like one at once", async () => {
  const lines = Array.from({ length: 30_000 }, (_, at) => {
    const value = at % 2 === 0 ? `"${"v".repeat(at % 90)}"` : at;
    return `{:process ${at % 7}, :type :invoke, :f :write, :value ${value}}\n{:process ${at % 7}, :type :ok, :f :write, :value ${value}}\n`;
  });
  const path = join(folder, "long.edn");
  await writeFile(path, `[${lines.join("")}]`);
  const history = await readHistory(path);
  expect(history.length).toBe(30_000);
  expect(history.operation(29_999)).toMatchObject({ value: 29_999, status: "ok" });
  expect(history.warnings.length).toBe(1);
  const csv = join(folder, "long.csv");
  await writeFile(
    csv,
    `p,begin,finish,op,v\n${Array.from({ length: 60_000 }, (_, at) => `c${at % 9},${at},${at + 1},write,${at}\n`).join("")}`,
  );
  const table = await readHistory(csv, {
    mapping: mappingFlag("p=session,begin=start,finish=end,op=f,v=value"),
  });
  expect(table.length).toBe(60_000);
});

test("whatever is done to a file, it is read or refused", () => {
  const pieces = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    '"',
    ":",
    "#",
    "#{",
    "#_",
    "#w ",
    "^",
    "\\",
    "\n",
    " ",
    "nil",
    "-1",
    "1/2",
    "##NaN",
    ":ok",
    ",",
    ";",
    "é",
    "\0",
  ]; // prettier-ignore
  const texts = [
    JSONL,
    `[${EDN}]`,
    LOG,
    CSV,
    ROWS,
    "w 0 1\n-----\nr 0 1\n=====\n",
    "w(0,1,1,1)\n",
    "process,f,value,start,end\n1,write,1,0,2\n",
  ].map((text) => text.repeat(2)); // prettier-ignore
  const edit = fc.record({ at: fc.nat(200), cut: fc.nat(4), piece: fc.constantFrom("", ...pieces) });
  const format = fc.constantFrom("auto", ...FORMAT_NAMES);
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(edit, { maxLength: 4 }), format, (text, edits, name) => {
      const changed = edits.reduce(
        (t, { at, cut, piece }) => t.slice(0, at) + piece + t.slice(at + cut),
        text,
      );
      try {
        expect(parseHistory(changed, "h", { format: name }).source).toBe("h");
      } catch (error) {
        expect(error).toMatchObject({ exitCode: 64 });
      }
    }),
    { numRuns: 3000 },
  );
});
