import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { requireDocker } from "./support/docker.ts";
import { linkDependencies, MAIN, ROOT } from "./support/projects.ts";
import { temporaryFolder } from "./support/riftcheck.ts";

const docker = await requireDocker();

/** The commands of the page's first section, each with the exit code that the text promises. */
function commandsOf(page: string): readonly (readonly string[])[] {
  const text = readFileSync(join(ROOT, "docs", page), "utf8");
  const section = text.slice(text.indexOf("## 1."), text.indexOf("## 2."));
  return [...section.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = ""]) =>
    block
      .trim()
      .split("\n")
      .map((line) => line.split(" ")),
  );
}

describe.runIf(docker)("docs/adding-a-target.md", () => {
  test("does what it says, in an empty folder", async () => {
    using folder = temporaryFolder();
    let cwd = folder.path;
    const results: { command: string; exitCode: number | undefined; stdout: string; stderr: string }[] = [];
    for (const [program, ...args] of commandsOf("adding-a-target.md")) {
      const words = program === "npx" ? args.slice(1) : args;
      if (program === "cd") cwd = join(cwd, args[0] as string);
      else if (program === "npm") linkDependencies(cwd);
      else {
        const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, ...words], {
          cwd,
          reject: false,
          env: { NO_COLOR: "1" },
        });
        results.push({ command: words[0] as string, exitCode, stdout, stderr });
      }
    }
    const [begun, kept, held, broken] = results;
    expect(results.map(({ command }) => command)).toEqual(["init", "test-target", "run", "run"]);
    expect(begun?.exitCode, begun?.stderr).toBe(0);
    expect(kept?.exitCode, kept?.stdout).toBe(0);
    expect(kept?.stdout).toContain("my-kv keeps the contract");
    expect(held?.exitCode, held?.stdout).toBe(0);
    expect(broken?.exitCode, broken?.stdout).toBe(1);
    expect(broken?.stdout).toContain("linearizable");
    const types = await execa(join(ROOT, "node_modules/.bin/tsc"), ["-p", cwd], { reject: false });
    expect(types.stdout).toBe("");
    expect(readdirSync(join(cwd, "runs"))).toHaveLength(2);
  });

  test("the target of the example takes fewer than 60 lines", () => {
    const lines = readFileSync(join(ROOT, "examples/http-kv/http-kv.ts"), "utf8").trimEnd().split("\n");
    expect(lines.length).toBeLessThan(60);
  });
});
