import { readFileSync } from "node:fs";
import { kill } from "node:process";
import { expect, test } from "vitest";
import { runShell } from "./shell.ts";

test("output and exit code, with variables", async () => {
  expect(await runShell('echo "$NODE"; echo bad >&2; exit 3', { NODE: "n1" })).toMatchObject({ code: 3 });
  expect((await runShell('echo "$NODE"', { NODE: "n1" })).output).toBe("n1");
});

test("a server that the command leaves behind lives on, and nobody waits for its end", async () => {
  const { code, output } = await runShell("sleep 300 & echo $!", {});
  expect(code).toBe(0);
  const server = Number(output);
  // A process that was killed and nobody asked about is a zombie, which signals still reach.
  expect(readFileSync(`/proc/${server}/stat`, "utf8")).toMatch(/\(sleep\) [SR]/);
  kill(server);
});
