import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { resolveCommand, splitWords } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "riftcheck-command-"));
afterAll(() => rmSync(folder, { recursive: true }));

const put = (name: string, mode: number): void => {
  writeFileSync(join(folder, name), "#!/bin/sh\n");
  chmodSync(join(folder, name), mode);
};
put("node.js", 0o755);
put("plain.js", 0o644);
put("my node.js", 0o755);
mkdirSync(join(folder, "folder"));
const resolved = (text: string) => resolveCommand(text, folder, "/nowhere:/bin:/usr/bin");

describe("splitWords", () => {
  test.each<[string, string[]]>([
    ["python3 node.py", ["python3", "node.py"]],
    ["  a   b ", ["a", "b"]],
    [`a 'b c' "d e"`, ["a", "b c", "d e"]],
    [`a 'it"s' "it's"`, ["a", 'it"s', "it's"]],
    [`a\\ b "c\\"d" 'e\\f'`, ["a b", 'c"d', "e\\f"]],
    [`a ""`, ["a", ""]],
    ["", []],
  ])("%j", (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  test("says which quote is open", () => {
    expect(() => splitWords("a 'b")).toThrow("--bin a 'b: the quote ' is never closed");
  });
});

describe("resolveCommand", () => {
  test.each<[string, string, string[]]>([
    ["./node.js", "node.js", []],
    ["node.js --fast", "node.js", ["--fast"]],
    ["my node.js", "my node.js", []],
    ["./folder/../node.js", "node.js", []],
  ])("%s", (text, program, rest) => {
    expect(resolved(text)).toEqual({ program: join(folder, program), arguments: rest });
  });

  test("a program of the PATH", () => {
    expect(resolved("sh plain.js")).toMatchObject({
      program: expect.stringMatching(/bin\/sh$/),
      arguments: ["plain.js"],
    });
  });

  test.each([
    ["./plain.js", "--bin ./plain.js: ./plain.js is not executable"],
    ["plain.js -x", "--bin plain.js -x: plain.js is not executable"],
    ["./gone.js", "--bin ./gone.js: there is no file ./gone.js"],
    ["./folder", "--bin ./folder: ./folder is a folder, not a program"],
    ["no-such-program", "there is no program no-such-program in the current folder or on the PATH"],
    [" ", "expected a program"],
  ])("%s", (text, message) => {
    expect(() => resolved(text)).toThrow(message);
  });

  test("tells how to run what is not executable", () => {
    expect(() => resolved("./plain.js")).toThrow(
      expect.objectContaining({
        code: "usage",
        hint: 'chmod +x ./plain.js, or name its interpreter: --bin "node ./plain.js"',
      }),
    );
  });
});
