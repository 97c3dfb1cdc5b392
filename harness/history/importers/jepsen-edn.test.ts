import { describe, expect, test } from "vitest";
import { FLAG, type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { parseHistory, type ReadOptions } from "../read-history.ts";

const read = (text: string, options: ReadOptions = {}): History =>
  parseHistory(text, "h", { format: "auto", ...options });

const rows = (history: History): string[] =>
  Array.from({ length: history.length }, (_, row) => {
    const { f, key, value, status } = history.operation(row);
    return `${f} ${key ?? "-"} ${JSON.stringify(value)} ${status}`;
  });

describe("a history.edn", () => {
  const lines = `{:type :invoke, :f :write, :value 3, :process 0, :time 10, :index 0}
{:type :invoke, :f :read, :value nil, :process 1, :time 11, :index 1}
{:type :ok, :f :write, :value 3, :process 0, :time 20, :index 2}
{:type :ok, :f :read, :value 3, :process 1, :time 30, :index 3}
{:type :invoke, :f :cas, :value [3 4], :process 0, :time 40, :index 4}
{:type :info, :f :cas, :value [3 4], :process 0, :time 50, :index 5, :error :timeout}
`;
  test("is read without a flag, one map per line", () => {
    const history = read(lines);
    expect(rows(history)).toEqual(["write  3 ok", "read  3 ok", "cas  4 info"]);
    expect([...history.invRank]).toEqual([0, 1, 4]);
    expect([...history.invTime]).toEqual([10, 11, 40]);
    expect(history.expectedOf(2)).toBe(history.value[0]);
    expect(history.operation(2).error).toBe("timeout");
    expect(history.objectOf(0)).toMatchObject({ type: "register", initial: null });
    expect(history.warnings.join()).toContain("inferred");
  });

  test.each([
    ["in a vector", `[${lines}]`],
    ["in a list with comments", `; first\n(${lines.replaceAll("\n", " ; a remark }\n")})\n`],
    ["as records", lines.replaceAll("{", "#jepsen.history.Op{")],
    ["in one line", `[${lines.replaceAll("\n", " ")}]`],
    ["with a byte order mark", `\uFEFF${lines}`],
  ])("is read %s", (_, text) => {
    expect(rows(read(text))).toEqual(rows(read(lines)));
    expect(read(text).warnings).toEqual(read(lines).warnings);
  });

  test("without index and time counts events", () => {
    const history = read(lines.replaceAll(/, :time \d+, :index \d/g, ""));
    expect([...history.invRank]).toEqual([0, 1, 4]);
    expect([...history.invTime]).toEqual([0, 0, 0]);
  });

  test("whose times go back keeps its order and says so", () => {
    const history = read(lines.replace(":time 20", ":time 5"));
    expect(history.retTime[0]).toBe(11);
    expect(history.warnings.join()).toContain("times go back 1 times");
  });

  test("a failed compare-and-set did not happen, unless it is to be an observation", () => {
    const text = `{:type :invoke :f :cas :value [1 2] :process 0}
{:type :fail :f :cas :value [1 2] :process 0}
{:type :invoke :f :cas :value [1 2] :process 0}
{:type :fail :f :cas :value [1 2] :process 0 :error :not-leader}
`;
    expect([...read(text).status]).toEqual([STATUS.fail, STATUS.fail]);
    const observed = read(text, { failedCas: "observation" });
    expect([...observed.status]).toEqual([STATUS.ok, STATUS.fail]);
    expect(observed.flags[0]).toBe(FLAG.resultFalse);
  });

  test("operations that never complete stay open", () => {
    expect(read("{:type :invoke :f :write :value 1 :process 0}\n").status[0]).toBe(STATUS.info);
  });
});

describe("independent keys", () => {
  const text = `{:type :invoke, :f :write, :value [5 3], :process 0}
{:type :ok, :f :write, :value [5 3], :process 0}
{:type :invoke, :f :read, :value [5 nil], :process 0}
{:type :ok, :f :read, :value [5 3], :process 0}
{:type :invoke, :f :cas, :value [:k [3 4]], :process 0}
{:type :ok, :f :cas, :value [:k [3 4]], :process 0}
`;
  test("are seen by their tuples", () => {
    const history = read(text);
    expect(rows(history)).toEqual(["write 5 3 ok", "read 5 3 ok", "cas k 4 ok"]);
    expect(history.flags[2]).toBe(FLAG.resultTrue);
  });

  test("are not seen in pairs that are plain values, as the first read without a key shows", () => {
    const pairs = (invoked: string, completed: string): string =>
      `{:type :invoke, :f ${invoked}, :process 0}\n{:type :ok, :f ${completed}, :process 0}\n`;
    const history = read(
      pairs(":add, :value [0 5]", ":add, :value [0 5]") + pairs(":read, :value nil", ":read, :value [[0 5]]"),
    );
    expect(rows(history)).toEqual(["add  [0,5] ok", "read  [[0,5]] ok"]);
  });

  test("are not seen in compare-and-sets alone", () => {
    expect(rows(read("{:type :invoke :f :cas :value [1 2] :process 0}\n"))).toEqual(["cas  2 info"]);
  });

  test.each([
    ["{:type :invoke :f :read :value nil :process 1}\n", /^h:7: field "value": expected a tuple/],
    [
      '{:type :invoke :f :read :value ["5" nil] :process 1}\n',
      /^h:7: field "key": expected keys of one type: 5 is a string/,
    ],
  ])("do not mix with others: %s", (line, message) => {
    expect(() => read(text + line)).toThrow(message);
  });

  test("a completion without its key is taken whole, with a warning", () => {
    const history = read(`{:type :invoke, :f :add, :value [0 7], :process 0}
{:type :ok, :f :add, :value [0 7], :process 0}
{:type :invoke, :f :read, :value [0 nil], :process 0}
{:type :ok, :f :read, :value [7 8 9], :process 0}
`);
    expect(rows(history)).toEqual(["add 0 7 ok", "read 0 [7,8,9] ok"]);
    expect(history.warnings.join()).toContain("1 operations were invoked on an independent key");
  });
});

describe("the kinds of data", () => {
  const one = (f: string, invoked: string, completed: string, type = "ok"): string =>
    `{:type :invoke, :f ${f}, :value ${invoked}, :process 0}\n{:type :${type}, :f ${f}, :value ${completed}, :process 0}\n`;

  test("sets, read as a set, a list or a vector", () => {
    const history = read(
      one(":add", "1", "1") + one(":read", "nil", "#{2 1}") + one(":read", "nil", "(1 2)"),
    );
    expect(rows(history)).toEqual(["add  1 ok", "read  [1,2] ok", "read  [1,2] ok"]);
    expect(history.objectOf(0).type).toBe("set");
  });

  test("counters: what is added to and reads as a number", () => {
    const history = read(one(":add", "2", "2") + one(":decrement", "3", "3") + one(":read", "nil", "-1"));
    expect(rows(history)).toEqual(["increment  2 ok", "increment  -3 ok", "read  -1 ok"]);
    expect(history.objectOf(0).type).toBe("counter");
  });

  test("queues", () => {
    const history = read(
      one(":enqueue", "1", "1") +
        one(":dequeue", "nil", "1") +
        one(":dequeue", "nil", ":empty", "fail") +
        one(":drain", "nil", "[2 3]"),
    );
    expect(rows(history)).toEqual([
      "enqueue  1 ok",
      "dequeue  1 ok",
      "dequeue  null fail",
      "drain  [2,3] ok",
    ]);
    expect(history.operation(2).error).toBe("empty");
    expect(history.objectOf(0).type).toBe("queue");
  });

  test("locks", () => {
    const history = read(one(":acquire", "nil", "nil") + one(":release", "nil", "nil", "fail"));
    expect(rows(history)).toEqual(["acquire  null ok", "release  null fail"]);
    expect(history.objectOf(0).type).toBe("lock");
  });

  test("transactions on lists and registers, also without :f", () => {
    const history = read(
      one(":txn", "[[:append 5 1] [:r 5 nil]]", "[[:append 5 1] [:r 5 [1]]]") +
        one(":txn", "[[:w :x 1]]", "[[:w :x 1]]", "fail") +
        one("nil", "[[:r 5 nil]]", "[[:r 5 [1]]]"),
    );
    expect(rows(history)).toEqual([
      'txn - [["append","5",1],["r","5",[1]]] ok',
      'txn - [["w","x",1]] fail',
      'txn - [["r","5",[1]]] ok',
    ]);
    expect(history.key[0]).toBe(NONE);
  });

  test("accounts between which is transferred are a map", () => {
    const history = read(
      one(":transfer", "{:from 1 :to 2 :amount 5}", "{:from 1 :to 2 :amount 5}") +
        one(":read", "nil", "{1 5 2 15}"),
    );
    expect(rows(history)).toEqual(['transfer - {"from":1,"to":2,"amount":5} ok', 'read  {"1":5,"2":15} ok']);
    expect(history.objectOf(0).type).toBe("map");
  });

  test("Porcupine's texts: empty registers that are appended to", () => {
    const history = read(`{:process 0, :type :invoke, :f :put, :key "7", :value "x"}
{:process 0, :type :ok, :f :put, :key "7", :value "x"}
{:process 0, :type :invoke, :f :append, :key "7", :value "y"}
{:process 0, :type :ok, :f :append, :key "7", :value "y"}
{:process 0, :type :invoke, :f :get, :key "7", :value nil}
{:process 0, :type :ok, :f :get, :key "7", :value "xy"}
`);
    expect(rows(history)).toEqual(['write 7 "x" ok', 'append 7 "y" ok', 'read 7 "xy" ok']);
    expect(history.objectOf(0)).toMatchObject({ type: "register", initial: "" });
    expect(history.warnings).toEqual([]);
  });

  test("functions of other names are refused until a mapping renames or skips them", () => {
    const text = one(":upsert", "1", "1") + one(":refresh", "nil", "nil");
    expect(() => read(text)).toThrow(/^h:1: field "f": expected one of .*but it is "upsert"/);
    const mapping = { columns: {}, functions: { upsert: "write", refresh: "skip" }, statuses: {} } as const;
    expect(rows(read(text, { mapping }))).toEqual(["write  1 ok"]);
  });

  test("a mapping says what keys hold", () => {
    const objects = [
      {
        keys: "*",
        type: "register" as const,
        initial: 0,
        order: "unknown" as const,
        uniqueWrites: true,
        siblings: false,
      },
    ];
    const history = read(one(":read", "nil", "0"), {
      mapping: { columns: {}, functions: {}, statuses: {}, objects },
    });
    expect(history.objectOf(0).initial).toBe(0);
    expect(history.headerGiven).toBe(true);
  });

  test("every function of riftcheck's own has a type of data or none", () => {
    expect(FUNCTIONS.length).toBeGreaterThan(0);
  });
});

describe("the nemesis", () => {
  const nemesis = (f: string, value: string, time: number): string =>
    `{:type :info, :f ${f}, :value ${value}, :process :nemesis, :time ${time}}\n`;

  test("makes bands of what it began and ended", () => {
    const history = read(
      nemesis(":start-partition", ":majority", 10) +
        nemesis(":start-partition", '{"n1" #{"n2"}}', 20) +
        nemesis(":bump-clock", "nil", 25) +
        nemesis(":bump-clock", "nil", 26) +
        nemesis(":kill", '["n2"]', 30) +
        nemesis(":kill", "{}", 31) +
        nemesis(":start", "nil", 40) +
        nemesis(":start", "{}", 41) +
        nemesis(":stop-partition", "nil", 50) +
        nemesis(":stop-partition", "nil", 60) +
        nemesis(":start", "nil", 70) +
        nemesis(":stop", "nil", 80) +
        "{:type :invoke :f :read :process 0 :time 90}\n",
    );
    expect(history.faults.map(({ id, fault, phase, time }) => `${id} ${fault} ${phase} ${time}`)).toEqual([
      "1 partition start 10",
      "1 partition started 20",
      "2 kill start 30",
      "2 kill started 31",
      "2 kill healing 40",
      "2 kill healed 41",
      "1 partition healing 50",
      "1 partition healed 60",
      "3 fault start 70",
      "3 fault healing 80",
    ]);
    expect(history.faults[1]?.nodes).toEqual(["n1"]);
    expect(history.invRank[0]).toBe(12);
  });
});

describe("a torn end", () => {
  const whole = "{:type :invoke :f :write :value 1 :process 0}\n";
  test.each([
    ["a map", `${whole}{:type :ok :f :wri`, "line 2, the last one, is torn"],
    ["a tag", `${whole}#jepsen.history.Op `, "line 2, the last one, is torn"],
    ["a word", `${whole}{:type :o`, "line 2, the last one, is torn"],
    ["a vector", `[${whole}`, "bracket that encloses all is open"],
  ])("in %s is a warning", (_, text, warning) => {
    const history = read(text);
    expect(history.length).toBe(1);
    expect(history.warnings.join()).toContain(warning);
  });
});

describe("a broken history names line and field", () => {
  const invoke = "{:type :invoke :f :write :value 1 :process 0}\n";
  test.each([
    ["an unknown type", "{:type :done :f :read :process 0}\n", /^h:2: field "type": expected one of :invoke/],
    ["no type", "{:f :read :process 0}\n", /^h:2: field "type"/],
    ["no process", "{:type :invoke :f :read}\n", /^h:2: field "process"/],
    ["no function", "{:type :invoke :process 1 :value 3}\n", /^h:2: field "f"/],
    ["a second invocation", invoke, /^h:2: field "process": expected a completion/],
    [
      "a completion of nothing",
      "\n\n{:type :ok :f :read :value 1 :process 7}\n",
      /^h:4: field "process": expected an invocation/,
    ],
    ["another function", "{:type :ok :f :read :value 1 :process 0}\n", /^h:2: field "f": expected "write"/],
    ["an index that goes back", "{:type :ok :f :write :process 0 :index 0}\n", /^h:2: field "index"/],
    ["a swap of one value", "{:type :invoke :f :cas :value 1 :process 1}\n", /^h:2: field "value"/],
    [
      "a step of two parts",
      "{:type :invoke :f :txn :value [[:r 1]] :process 1}\n",
      /^h:2: field "value": expected steps of three parts/,
    ],
    [
      "a step nobody knows",
      "{:type :invoke :f :txn :value [[:x 1 2]] :process 1}\n",
      /^h:2: field "value": expected steps of r,/,
    ],
    ["no map", "[:a]\n", /^h:2: expected a map of an operation/],
    ["a text as field", '{"type" :ok}\n', /^h:2: expected fields named by keywords/],
    ["a fraction as time", "{:type :ok :f :write :process 0 :time 1.5}\n", /^h:2: field "time"/],
  ])("%s", (_, line, message) => {
    expect(() => read(invoke + line)).toThrow(message);
  });

  test("something behind the vector", () => {
    expect(() => read(`[${invoke}]\n{}`)).toThrow(/^h:3: expected nothing behind/);
  });
});
