import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { riftcheck, temporaryFolder } from "./support/riftcheck.ts";

const EDN = `[{:type :invoke, :f :write, :value 1, :process 0, :time 1000, :index 0}
 {:type :ok, :f :write, :value 1, :process 0, :time 2000, :index 1}
 {:type :invoke, :f :read, :value nil, :process 1, :time 3000, :index 2}
 {:type :ok, :f :read, :value nil, :process 1, :time 4000, :index 3}]
`;
const CSV = "who,what,val,from,to\na,set,1,10,20\nb,get,,30,40\n";
const MAPPING = {
  columns: { who: "process", what: "f", val: "value", from: "start:us", to: "end:us" },
  functions: { set: "write" },
};

describe("check", () => {
  test("judges a history.edn without a flag and says in words why it is invalid", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "history.edn");
    writeFileSync(path, EDN);
    const { stdout, exitCode } = await riftcheck(["check", path]);
    expect(stdout).toContain("linearizable");
    expect(stdout).toMatch(/p1 read .*null/);
    expect(exitCode).toBe(1);
  });

  test("names key, values and events of a text that was read wrong, without times that nobody recorded", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "kv.txt");
    const event = (type: string, f: string, value: string): string =>
      `{:process 0, :type ${type}, :f ${f}, :key "7", :value ${value}}\n`;
    const text = [
      [":append", '"x"', '"x"'],
      [":append", '"y"', '"y"'],
      [":get", "nil", '"x"'],
    ].map(([f = "", asked = "", got = ""]) => event(":invoke", f, asked) + event(":ok", f, got));
    writeFileSync(path, text.join(""));
    const { stdout, exitCode } = await riftcheck(["check", path]);
    expect(stdout).toContain(
      `no order of these 3 operations on key 7 explains p0's read of "x": in the order that goes furthest, after p0's append of "x", p0's append of "y", key 7 is a text that no read shows or begins with`,
    );
    expect(stdout).toContain("● 3 r 7→x    event 4\n");
    expect(stdout).toContain("expected: the strongest model that the data admits; say --expect");
    expect(stdout).not.toMatch(/0\.0000 s|0 ns/);
    expect(exitCode).toBe(1);
  });

  test("writes a report of each history on request, also of files of one name", async () => {
    using folder = temporaryFolder();
    const event = (process: number, type: string, f: string, value: number | null, index: number): string =>
      `${JSON.stringify({ index, time: index * 1000, process, type, f, key: "x", value })}\n`;
    const text = [
      event(0, "invoke", "write", 1, 0) + event(0, "ok", "write", 1, 1),
      event(0, "invoke", "read", null, 2) + event(0, "ok", "read", null, 3),
    ].join("");
    const paths = ["a", "b"].map((name) => join(folder.path, name, "h.jsonl"));
    for (const path of paths) {
      mkdirSync(dirname(path));
      writeFileSync(path, text);
    }
    const reports = join(folder.path, "reports");
    const { stderr, exitCode } = await riftcheck(["check", ...paths, "--report", reports]);
    expect(exitCode).toBe(1);
    expect(readdirSync(reports).toSorted()).toEqual(["h.jsonl-2.html", "h.jsonl.html"]);
    expect(stderr).toContain(`report   ${join(reports, "h.jsonl-2.html")}`);
    expect(readFileSync(join(reports, "h.jsonl.html"), "utf8")).toContain("Own write not read");
    const refused = await riftcheck(["check", paths[0]!, "--report", paths[1]!]);
    expect([refused.exitCode, refused.stdout]).toEqual([64, ""]);
    expect(refused.stderr).toContain(`--report: ${paths[1]!} cannot be written`);
  });

  test("says that a report cannot be written, and what the verdict is all the same", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "h.jsonl");
    const lines = ["invoke", "ok"].map((type, index) =>
      JSON.stringify({
        index,
        time: index,
        process: 0,
        type,
        f: "read",
        key: "x",
        value: index === 0 ? null : 7,
      }),
    );
    writeFileSync(path, `${lines.join("\n")}\n`);
    const reports = join(folder.path, "reports");
    const page = join(reports, "h.jsonl.html");
    mkdirSync(page, { recursive: true });
    const { exitCode, stdout, stderr } = await riftcheck(["check", path, "--report", reports]);
    expect(stdout).toContain("Broken");
    expect(stderr).toContain(`--report: ${page} cannot be written`);
    expect(exitCode).toBe(1);
  });

  test("answers transactions with unknown, for a plain reason", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "elle.edn");
    writeFileSync(
      path,
      "{:type :invoke, :f :txn, :value [[:w :x 2]], :process 0, :index 1}\n{:type :ok, :f :txn, :value [[:w :x 2]], :process 0, :index 2}\n",
    );
    const { stdout, exitCode } = await riftcheck(["check", path]);
    expect(stdout).toContain("? Undecided");
    expect(stdout).toContain("nothing proved: no checker judges transactions yet");
    expect(exitCode).toBe(2);
    const described = await riftcheck(["check", path, "--expect", "none"]);
    expect(described.stdout).toContain("nothing was expected; no anomaly found");
    expect(described.exitCode).toBe(0);
  });

  test("judges tables by a mapping, and goes on behind files it cannot read", async () => {
    using folder = temporaryFolder();
    const file = (name: string, text: string): string => {
      const path = join(folder.path, name);
      writeFileSync(path, text);
      return path;
    };
    const table = file("table.csv", CSV);
    const mapping = file("mapping.json", JSON.stringify(MAPPING));
    const empty = file("empty.csv", "");
    const { stdout, stderr, exitCode } = await riftcheck([
      "check",
      empty,
      folder.path,
      table,
      "--map",
      mapping,
      "--json",
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ file: table, valid: false });
    expect(stderr.split("\n").filter((line) => line.startsWith("riftcheck: "))).toEqual([
      `riftcheck: ${empty} is empty: expected a history`,
      expect.stringContaining(`riftcheck: ${folder.path} is a folder`),
    ]);
    expect(exitCode).toBe(1);
  });

  test("finds nothing wrong with texts that are appended to", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "kv.txt");
    const events = [
      ':append, :key "0", :value "x"',
      ':append, :key "0", :value "y"',
      ':get, :key "0", :value "xy"',
    ];
    const text = events.flatMap((event) =>
      [":invoke", ":ok"].map((type) => `{:process 0, :type ${type}, :f ${event}}\n`),
    );
    writeFileSync(path, text.join(""));
    const { stdout } = await riftcheck(["check", path, "--json"]);
    const verdict = JSON.parse(stdout) as { valid: unknown; anomalies: unknown };
    expect(verdict.anomalies).toEqual([]);
    expect(verdict.valid).toBe(true);
  });

  test("refuses flags that mean nothing", async () => {
    for (const [flags, message] of [
      [["--format", "jepsen"], 'unknown format "jepsen": expected auto or one of jsonl'],
      [["--map", "a=b"], 'field "columns.a": expected a field (process'],
      [["--failed-cas", "maybe"], "--failed-cas: expected observation or failure"],
    ] as const) {
      const { stderr, exitCode } = await riftcheck(["check", "none", ...flags]);
      expect(stderr).toContain(message);
      expect(exitCode).toBe(64);
    }
  });
});
