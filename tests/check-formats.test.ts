import { writeFileSync } from "node:fs";
import { join } from "node:path";
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
    expect(verdict.valid).not.toBe(false);
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
