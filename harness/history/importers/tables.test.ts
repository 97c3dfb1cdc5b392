import { describe, expect, test } from "vitest";
import { FLAG } from "#core/history";
import { parseHistory } from "../read-history.ts";
import { mappingFlag } from "./mapping.ts";

const read = (text: string, map?: string) =>
  parseHistory(text, "h", { format: "auto", ...(map === undefined ? {} : { mapping: mappingFlag(map) }) });

const operations = (text: string, map?: string): string[] => {
  const history = read(text, map);
  return Array.from({ length: history.length }, (_, row) => {
    const { session, f, key, value, status, start, end } = history.operation(row);
    const ranks = `${history.invRank[row]}-${status === "info" ? "" : history.retRank[row]}`;
    return `${session} ${f} ${key ?? "-"} ${JSON.stringify(value)} ${status} ${ranks} ${start}-${end ?? ""}`;
  });
};

describe("a table of whole operations", () => {
  const MAP = "client=process,op=f,k=key,val=value,begin=start:ms,finish=end:ms,outcome=status";

  test("becomes events in order of time", () => {
    const text = `client,op,k,val,begin,finish,outcome
a,write,x,1,1000,1010,ok
b,get,x,1,1005,1020,ok
a,put,y,"two ""2""",1015.5,1030,timeout
b,read,x,,1025,,
`;
    expect(operations(text, MAP)).toEqual([
      "a write x 1 ok 0-2 0-10000000",
      "b read x 1 ok 1-4 5000000-20000000",
      'a write y "two \\"2\\"" info 3- 15500000-30000000',
      "b read x null info 5- 25000000-",
    ]);
  });

  test("counts operations that touch in time as concurrent", () => {
    const text = "client,op,k,val,begin,finish,outcome\n1,write,x,1,0,5,ok\n2,read,x,,5,6,ok\n";
    expect(operations(text, MAP)).toEqual([
      "1 write x 1 ok 0-2 0-5000000",
      "2 read x null ok 1-3 5000000-6000000",
    ]);
  });

  test("keeps the order of a process that goes on at once, and says where it cannot", () => {
    const one = "client,op,k,val,begin,finish,outcome\n1,write,x,1,0,5,ok\n1,write,x,2,5,9,ok\n";
    expect(operations(one, MAP).map((line) => line.split(" ")[5])).toEqual(["0-1", "2-3"]);
    const two = `${one}2,write,x,3,0,5,ok\n2,write,x,4,5,9,ok\n`;
    const history = read(two, MAP);
    expect(operations(two, MAP).map((line) => [line[0], ...line.split(" ").slice(3, 6)].join(" "))).toEqual([
      "1 1 ok 0-3",
      "2 3 ok 1-5",
      "2 4 ok 2-7",
      "1 2 ok 4-6",
    ]);
    expect(history.warnings.join()).toContain("1 operations begin at the instant");
  });

  test("lets a process go on after an operation that never ended", () => {
    const text =
      "client,op,k,val,begin,finish,outcome\n1,write,x,1,0,,\n1,write,x,2,5,9,ok\n1,write,x,3,10,11,ok\n";
    expect(operations(text, MAP)).toEqual([
      "1 write x 1 info 0- 0-",
      "1 write x 2 ok 1-2 5000000-9000000",
      "1 write x 3 ok 3-4 10000000-11000000",
    ]);
  });

  test("of one session may overlap; of one process not", () => {
    const text = "client,op,k,val,begin,finish,outcome\n1,write,x,1,0,7,ok\n1,write,x,2,5,9,ok\n";
    expect(operations(text, MAP.replace("process", "session")).length).toBe(2);
    expect(() => read(text, MAP)).toThrow(/^h:3: field "process": expected the operation of line 2/);
  });

  test("numbers processes that have names, and keeps those that are numbers", () => {
    const header = "process,f,value,start,end\n";
    const processes = (rows: string): number[] => [...read(header + rows).process];
    expect(processes("a,write,1,0,1\n7,write,2,1,2\na,write,3,2,3\n")).toEqual([0, 1, 0]);
    expect(processes("7,write,1,0,1\n3,write,2,1,2\n")).toEqual([7, 3]);
    expect(() => processes("7,write,1,0,1\n1500000000,write,2,1,2\n")).toThrow(/^h:3: field "process"/);
  });

  test("splits compare-and-sets, results and node", () => {
    const history = read(
      "process;f;key;expected;value;result;node;start;end\n1;cas;x;1;2;false;n1;0;1\n1;cas;x;;2;true;n1;2;3\n",
    );
    expect([0, 1].map((row) => history.expectedOf(row) === -1)).toEqual([false, true]);
    expect([...history.flags]).toEqual([FLAG.resultFalse, FLAG.resultTrue]);
    expect(history.operation(0).node).toBe("n1");
  });

  test("has exact times since 1970 and times in ISO 8601", () => {
    const header = "process,f,value,start,end\n";
    expect(operations(`${header}1,write,1,1700000000123456789,1700000000123456790\n`)[0]).toContain(
      "0-1 0-1",
    );
    const map = "process=process,f=f,value=value,start=start:iso,end=end:iso";
    expect(
      operations(`${header}1,write,1,2026-01-31T12:00:00.000000001Z,2026-01-31 13:00:01+01:00\n`, map)[0],
    ).toContain(" 0-999999999");
    expect(operations(`${header}1,write,1,1.5,2.25\n`, map.replaceAll("iso", "s"))[0]).toContain(
      " 0-750000000",
    );
  });
});

describe("a table of events", () => {
  const text = `process\ttype\tf\tkey\tvalue\ttime
0\tinvoke\twrite\tx\t1\t5
1\tinvoke\tread\tx\t\t6
0\tok\twrite\tx\t1\t7
1\tok\tread\tx\t1\t8
`;
  test("needs no mapping if its columns are called as ours", () => {
    expect(operations(text)).toEqual(
      ["0 write x 1 ok 0-2 5-7", "1 read x 1 ok 1-3 6-8"].map((line) =>
        line.replace(/5-7|6-8/, (t) => (t === "5-7" ? "0-2" : "1-3")),
      ),
    );
  });

  test("may have no header line: columns are numbered", () => {
    const bare = text.slice(text.indexOf("\n") + 1).replaceAll("\t", ",");
    expect(operations(bare, "1=process,2=type,3=f,4=key,5=value").length).toBe(2);
  });

  test("may span lines within quotes", () => {
    const history = read('process,type,f,key,value\n0,invoke,write,x,"a\nb"\n0,ok,write,x,"a\nb"\n');
    expect(history.operation(0)).toMatchObject({ value: "a\nb", status: "ok" });
  });

  test.each([
    [
      "a time that goes back",
      text.replace("\t7\n", "\t4\n"),
      /^h:4: field "time": expected a time that is not before/,
    ],
    ["too few fields", text.replace("0\tok\twrite\tx\t1\t7", "0\tok"), /^h:4: expected 6 fields/],
    [
      "an unknown status",
      text.replace("0\tok", "0\tfailed"),
      /^h:4: field "status": expected one of invoke.*nobody knows/,
    ],
    ["an unknown function", text.replace("ok\twrite", "ok\tupsert"), /^h:4: field "f": expected one of/],
    ["an open quote", text.replace("0\tok", '"0\tok'), /an end of the quote that is open since line 4/],
    [
      "a closed quote that goes on",
      text.replace("0\tok", '"0" 0\tok'),
      /^h:4: expected "tab" behind a quoted field/,
    ],
    [
      "a completion of nothing",
      text.replace("0\tok", "9\tok"),
      /^h:4: field "process": expected an invocation/,
    ],
    [
      "a second invocation",
      text.replace("0\tok", "0\tinvoke"),
      /^h:4: field "process": expected a completion/,
    ],
    ["no time", text.replace("\t7\n", "\tsoon\n"), /^h:4: field "time": expected a time in ns/],
  ])("names the line of %s", (_, broken, message) => {
    expect(() => read(broken)).toThrow(message);
  });
});

describe("JSON rows", () => {
  test("reach into objects and keep long numbers exact", () => {
    const text = `{"who":"c1","what":{"op":"put","k":"x","v":9007199254740993},"t0":1700000000123456789,"t1":1700000000123456790,"node":"n1"}
{"who":"c1","what":{"op":"get","k":"x","v":9007199254740993},"t0":1700000000123456800,"t1":1700000000123456801,"err":null}
`;
    expect(
      operations(text, "who=process,what.op=f,what.k=key,what.v=value,t0=start,t1=end,err=error"),
    ).toEqual(['c1 write x "9007199254740993" ok 0-1 0-1', 'c1 read x "9007199254740993" ok 2-3 11-12']);
  });

  test("need no mapping if their fields are called as ours", () => {
    expect(operations('{"process":1,"f":"write","value":[1],"start":1,"end":2}\n')).toEqual([
      "1 write  [1] ok 0-1 0-1",
    ]);
  });

  test.each([
    ['{"a":1}\n', undefined, /^h: its columns a do not tell/],
    ['{"a":1}\n{"a":2\n{"a":1}\n', "a=process,b=f,c=type", /^h:1: field "f": expected the function/],
    [
      '{"a":1,"b":"write","c":"invoke","d":1}\noops\n{}\n',
      "a=process,b=f,c=type,d=value",
      /^h:2: expected one JSON object/,
    ],
    [
      '{"a":1,"b":"write","c":"invoke","d":1}\n[1]\n',
      "a=process,b=f,c=type,d=value",
      /^h:2: expected one JSON object/,
    ],
  ])("%#: refuse %s", (text, map, message) => {
    expect(() => read(text, map)).toThrow(message);
  });
});

describe("a mapping", () => {
  test.each([
    ["x=proces", /field "columns.x": expected a field \(process/],
    ["x", /expected column=field,… or a JSON file/],
    ["=f,y=process", /--map =f: expected column=field/],
    ["a=f:ms,b=process,c=type", /only start, end and time have a unit/],
    ["a=f,b=f,c=process", /two columns are mapped to "f"/],
    ["a=process,b=type", /expected columns for f/],
    ["a=f,b=type", /expected columns for process or session/],
    ["a=f,b=process", /expected columns for either start and end/],
    ["a=f,b=process,c=start", /expected columns for start and end together/],
    ["a=f,b=process,c=start,d=end,e=type", /expected columns for either start and end/],
    ["a=f,b=session,c=type", /expected columns for process: events are paired by it/],
  ])("%s is refused", (text, message) => {
    expect(() => mappingFlag(text)).toThrow(message);
  });

  test("names a column that is not there", () => {
    expect(() => read("a,b,c\n1,2,3\n", "a=process,b=f,d=type")).toThrow(
      /^h:1: expected a column "d".*there are a, b, c/,
    );
  });
});
