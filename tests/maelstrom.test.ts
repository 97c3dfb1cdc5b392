import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { VerdictDocument } from "#core/run";
import { groupStates } from "../harness/cluster/process/process-group.ts";
import { riftcheck, startRiftcheck, temporaryFolder } from "./support/riftcheck.ts";

const EXAMPLES = join(import.meta.dirname, "../examples/maelstrom");

/** Runs an example for three seconds, as a user would. */
async function run(
  bin: string,
  workload: string,
  ...flags: string[]
): Promise<{ exitCode: number | undefined; stderr: string; verdict: VerdictDocument }> {
  using out = temporaryFolder();
  const settings = ["--time", "3s", "--nodes", "3", "--seed", "1", "--op-timeout", "500ms", "--min-ok", "50"];
  const { stdout, stderr, exitCode } = await riftcheck([
    "run",
    "maelstrom",
    "--bin",
    `${EXAMPLES}/${bin}`,
    "--workload",
    workload,
    ...settings,
    "--converge-within",
    "3s",
    "--json",
    "--out",
    out.path,
    ...flags,
  ]);
  expect(stdout, stderr).not.toBe("");
  return { exitCode, stderr, verdict: JSON.parse(stdout) as VerdictDocument };
}

/** Milliseconds: several runs at once take their time on a small machine that has other work. */
const PATIENCE = 180_000;

const PARTITION = ["--faults", "partition-halves", "--fault-duration", "1s"];

// Most of their time is waiting.
describe.concurrent("nodes in any language", { timeout: PATIENCE }, () => {
  test.each([
    ["echo.sh", "echo", []],
    ["unique-ids.sh", "unique-ids", []],
    ["broadcast.js", "broadcast", PARTITION],
    ["broadcast.js", "broadcast", ["--faults", "pause-one", "--fault-duration", "1s", "--latency", "10"]],
    ["counter.py", "g-counter", PARTITION],
    ["counter.py", "pn-counter", PARTITION],
    ["kv-proxy.py", "lin-kv", ["--faults", "kill-one", "--fault-duration", "1s"]],
    ["log.js", "kafka", ["--latency", "5", "--latency-dist", "exponential"]],
  ])("%s keeps what %s promises, %j", async (bin, workload, flags) => {
    const { exitCode, verdict, stderr } = await run(bin, workload, ...flags);
    expect([exitCode, verdict.summary], stderr).toEqual([0, expect.any(String)]);
    expect(verdict.expectations.length).toBeGreaterThan(0);
    expect(verdict.expectations.every(({ outcome }) => outcome === "met")).toBe(true);
  });

  test.each([
    ["unique-ids.sh --forgetful", "unique-ids", [], "duplicate-id"],
    ["lossy-broadcast.js", "broadcast", PARTITION, "diverged"],
    ["racy-counter.py", "g-counter", ["--latency", "20"], "lost-increment"],
    ["kv-proxy.py seq-kv", "lin-kv", ["--keys", "1", "--rate", "200"], "non-linearizable"],
    ["log.js --early", "kafka", [], "skipped-message"],
  ])("%s is found out by %s, %j", async (bin, workload, flags, anomaly) => {
    const { exitCode, verdict, stderr } = await run(bin, workload, ...flags);
    expect([exitCode, verdict.summary], stderr).toEqual([1, expect.any(String)]);
    expect(verdict.counts[anomaly]).toBeGreaterThan(0);
  });

  test.each(["txn-list-append", "txn-rw-register"])(
    "%s is recorded, and nothing is said of it",
    async (workload) => {
      const { exitCode, verdict, stderr } = await run("transactions.js", workload);
      expect([exitCode, verdict.valid], stderr).toEqual([2, "unknown"]);
      expect(verdict.summary).toBe("nothing proved: no checker judges transactions yet");
    },
  );
});

describe.concurrent("what does not work ends with one line", { timeout: PATIENCE }, () => {
  test.each([
    [["--bin", "tests/maelstrom.test.ts"], "is not executable"],
    [["--bin", "./no-such-node"], "there is no file ./no-such-node"],
    [[], '--bin: name the program of a node: --bin ./node.js, or --bin "python3 node.py"'],
    [["--bin", "sh", "--env", "docker"], "--env docker: maelstrom lives in: process"],
  ])("%j", async (flags, message) => {
    using out = temporaryFolder();
    const { exitCode, stderr } = await riftcheck(["run", "maelstrom", "--out", out.path, ...flags]);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining(message)]);
  });

  test("a node that breaks in the middle: its name, its line, its log, and the history until then", async () => {
    using folder = temporaryFolder();
    const node = join(folder.path, "node.py");
    const echo = readFileSync(join(EXAMPLES, "kv-proxy.py"), "utf8");
    const broken =
      "        if last_id > 200:\n            sys.stderr.write('lost my mind\\n')\n            print('oops')\n";
    writeFileSync(node, echo.replace("        send(service,", `${broken}        send(service,`));
    const flags = ["--bin", `python3 ${node}`, "--workload", "lin-kv", "--nodes", "1", "--time", "60s"];
    const { exitCode, stderr, stdout } = await riftcheck([
      "run",
      "maelstrom",
      "--out",
      folder.path,
      ...flags,
    ]);
    expect(exitCode, stderr).toBe(3);
    expect(stderr).toMatch(/riftcheck: node n0 wrote to its standard output what is no message: .*: oops\n/);
    expect(stderr).toContain("lost my mind");
    expect(stdout).toContain("the run failed: node n0 wrote");
    const run = join(folder.path, readdirSync(folder.path).find((name) => name.includes("maelstrom"))!);
    expect(readFileSync(join(run, "logs/n0/stderr.log"), "utf8")).toContain("lost my mind");
    expect(readFileSync(join(run, "history.jsonl"), "utf8").split("\n").length).toBeGreaterThan(100);
  });
});

describe.concurrent("no node outlives the harness", { timeout: PATIENCE }, () => {
  /** A node that minds neither the end of its input nor polite signals, and says which process it is. */
  const stubborn = (pids: string): string => `trap '' TERM HUP INT
echo "$RIFTCHECK_NODE_FOLDER" >> ${pids}-folders
echo $$ >> ${pids}
while read -r line; do
  src=\${line#*'"src":"'}; src=\${src%%'"'*}; id=\${line#*'"msg_id":'}; id=\${id%%[,\\}]*}
  case $line in *'"init"'*) me=\${line#*'"node_id":"'}; me=\${me%%'"'*}; type=init_ok ;; *) type=generate_ok ;; esac
  n=$((n + 1)); printf '{"src":"%s","dest":"%s","body":{"type":"%s","id":"%s-%s","in_reply_to":%s}}\\n' "$me" "$src" "$type" "$me" "$n" "$id"
done
while :; do sleep 1; done
`;

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let i = 0; i < 1_000; i++) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error("waited in vain");
  }

  test.each([
    ["SIGKILL", undefined],
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s", async (signal, exitCode) => {
    using folder = temporaryFolder();
    const pids = join(folder.path, "pids");
    const node = join(folder.path, "node.sh");
    writeFileSync(node, stubborn(pids));
    const process = startRiftcheck([
      ...["run", "maelstrom", "--bin", `sh ${node}`, "--workload", "unique-ids", "--nodes", "3"],
      ...["--time", "120s", "--out", folder.path],
    ]);
    const started = (): number[] =>
      existsSync(pids) ? readFileSync(pids, "utf8").trim().split("\n").map(Number) : [];
    const isOperating = (): boolean =>
      readdirSync(folder.path).some((name) => existsSync(join(folder.path, name, "history.jsonl")));
    await until(() => started().length === 3 && isOperating());
    process.kill(signal);
    const ended = await process;
    if (exitCode !== undefined) expect(ended.exitCode, String(ended.stderr)).toBe(exitCode);
    const folders = readFileSync(`${pids}-folders`, "utf8").trim().split("\n");
    expect(folders).toHaveLength(3);
    await until(() => !folders.some((one) => existsSync(one)));
    for (const group of started()) await until(async () => (await groupStates(group)).length === 0);
  });
});
