import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { History } from "#core/history";
import { Random } from "#core/random";
import type { VerdictDocument } from "#core/run";
import type { Expectation, StalenessBound } from "#core/verdict";
import { partsOf } from "#core/table-history";
import { writeSessionHistory } from "../bench/support/session-history.ts";
import { checkersFor } from "../checkers/registry.ts";
import { parseHistory, readHistory } from "../harness/history/read-history.ts";
import { ATOMIC_KINDS } from "../harness/synthetic/atomic-object.ts";
import { injections } from "../harness/synthetic/injections/registry.ts";
import { linearizableRun } from "../harness/synthetic/linearizable-run.ts";
import { linesOf } from "../harness/synthetic/recording.ts";
import { CheckerPool } from "../harness/judge/checker-pool.ts";
import { runCheckers } from "../harness/judge/run-checkers.ts";
import { concluded } from "../harness/judge/conclude.ts";
import { judgeInWorkers, runInWorkers, type WorkRequest } from "../harness/judge/run-in-workers.ts";
import { type Explosion, writeExplodingHistory } from "./support/exploding-histories.ts";
import { startRiftcheck, temporaryFolder } from "./support/riftcheck.ts";

const REGISTRY = new URL("../checkers/registry.ts", import.meta.url).href;
const GOLDEN = join(import.meta.dirname, "golden");
/** More than the tests that share this process can take. */
const ROOMY = 2 ** 40;

const BOUNDS: readonly StalenessBound[] = [{ versions: 1 }];

const onThisThread = (history: History) =>
  runCheckers(history, {
    checkers: checkersFor(BOUNDS),
    budgets: () => ({ check: UNLIMITED, proof: UNLIMITED }),
  });

const REQUEST: WorkRequest = { memoryWords: "", spreadFrom: 0, bounds: BOUNDS };

/** Judges every history on this thread and in so many workers, byte for byte. */
async function expectTheSame(workers: number, histories: readonly History[]): Promise<void> {
  await using pool = new CheckerPool({ registry: REGISTRY, maxMemory: ROOMY, workers });
  expect(histories.length).toBeGreaterThan(0);
  for (const history of histories) {
    const outcomes = await runInWorkers(partsOf(history), pool, REQUEST);
    expect(JSON.stringify(outcomes), history.source).toBe(JSON.stringify(onThisThread(history)));
  }
}

/** The verdict with edges and triage, which comes from the worker that found an anomaly. */
async function expectTheSameVerdicts(histories: readonly History[]): Promise<void> {
  await using pool = new CheckerPool({ registry: REGISTRY, maxMemory: ROOMY, workers: 2 });
  const expectations: Expectation[] = [{ model: "linearizable", is: "holds", reason: "asked for" }];
  const conclusion = { expectations, insufficient: ["nothing happened"], acceptableDelay: 5, began: 0 };
  const timeless = (verdict: VerdictDocument): string => JSON.stringify({ ...verdict, elapsedMs: 0 });
  for (const history of histories) {
    const verdict = await judgeInWorkers(history, pool, { ...REQUEST, conclusion });
    const here = concluded(history, onThisThread(history), conclusion);
    expect(timeless(verdict), history.source).toBe(timeless(here));
  }
}

/** Registers with repeated values, deletions and compare-and-sets, indefinite and failed operations, final reads, levels. */
const randomText = fc
  .array(
    fc.record({
      f: fc.constantFrom("write", "read", "cas", "delete"),
      process: fc.nat(3),
      key: fc.constantFrom("x", "y"),
      value: fc.nat(4),
      type: fc.constantFrom("ok", "ok", "ok", "fail", "info"),
      final: fc.boolean(),
      level: fc.constantFrom("quorum", "replica", undefined),
    }),
    { minLength: 20, maxLength: 60 },
  )
  .map((operations) => {
    const open = new Map<number, object>();
    const lines: object[] = [];
    const add = (line: object): void => void lines.push({ index: lines.length, time: lines.length, ...line });
    operations.forEach(({ f, process: lane, key, value, type, final, level }, i) => {
      const before = open.get(lane);
      if (before !== undefined) add(before);
      const process = lane + 4 * i;
      const shared = {
        process,
        session: String(lane),
        f,
        key,
        ...(f === "read" && { level }),
        ...(f === "read" && final && { final }),
      };
      const written = f === "cas" ? [value, value + 1] : f === "write" ? value : null;
      add({ ...shared, type: "invoke", value: written });
      open.set(lane, {
        ...shared,
        type,
        value: f === "read" ? value : written,
        ...(f === "cas" && { result: value > 2 }),
      });
    });
    return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  });

/** Atomic objects of every kind under eight keys, without and with anomalies put in. */
const madeHistories = (): History[] =>
  Object.entries(ATOMIC_KINDS).flatMap(([name, kind]) =>
    [0, 4].map((faults) => {
      const shape = { kind, operations: 400, clients: 5, inFlight: 5, keys: 8, indefinite: 0.02, seed: "1" };
      const recording = linearizableRun(shape);
      const fitting = injections.filter((injection) => injection.applies(recording));
      for (let i = 0; i < faults; i++) {
        const random = new Random(`faulty ${i}`);
        random.pick(fitting).inject(recording, random);
      }
      return parseHistory([...linesOf(recording)].join(""), `${name}, ${faults} anomalies put in`);
    }),
  );

test("workers come to the verdicts of one thread", async () => {
  const files = globSync("*/{valid,invalid}/*.jsonl", { cwd: GOLDEN }).toSorted();
  const golden = await Promise.all(files.map((file) => readHistory(join(GOLDEN, file))));
  await expectTheSameVerdicts([...golden, ...madeHistories()]);
});

describe.each([1, 2, 4])("%i workers find what one thread finds", (workers) => {
  test("in the golden histories", async () => {
    const files = globSync("*/{valid,invalid}/*.jsonl", { cwd: GOLDEN }).toSorted();
    await expectTheSame(workers, await Promise.all(files.map((file) => readHistory(join(GOLDEN, file)))));
  });

  test("in random histories", async () => {
    const texts = fc.sample(randomText, 40);
    await expectTheSame(
      workers,
      texts.map((text, i) => parseHistory(text, `random history ${i}`)),
    );
  });

  test("in made histories of many objects, valid and not", async () => {
    await expectTheSame(workers, madeHistories());
  });

  test("in a long history with stale reads", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "long.jsonl");
    writeSessionHistory(path, 25_000);
    await expectTheSame(workers, [await readHistory(path)]);
  });
});

const SMALL = [
  '{"riftcheck":1,"objects":[{"keys":"*","type":"register","order":"single-writer","uniqueWrites":true}],"nodes":["n1"]}',
  '{"index":0,"time":1,"process":0,"type":"invoke","f":"write","key":"x","value":1}',
  '{"index":1,"time":2,"process":0,"type":"ok","f":"write","key":"x","value":1}',
  '{"index":2,"time":3,"process":1,"type":"invoke","f":"read","key":"x","value":null}',
  '{"index":3,"time":4,"process":1,"type":"ok","f":"read","key":"x","value":1}',
];

interface Line {
  readonly file: string;
  readonly valid: boolean | "unknown";
  readonly models: Readonly<Record<string, { verdict: string; reason?: string }>>;
}

const KILOBYTE = 2 ** 10;
const MEGABYTE = 2 ** 20;
/**
 * Says on stderr how many kilobytes the process took at most. Not from `resourceUsage`: there a process begins with what the one
 * that started it took.
 */
const TELL_PEAK = `data:text/javascript,${encodeURIComponent(`
  import { readFileSync } from "node:fs";
  import { isMainThread } from "node:worker_threads";
  if (isMainThread) process.on("exit", () => console.error(readFileSync("/proc/self/status", "utf8")));
`)}`;

/** Runs `check --json`; with the peak of its resident memory in bytes. */
async function check(...args: readonly string[]) {
  const child = startRiftcheck(["check", "--json", ...args], ["--import", TELL_PEAK]);
  const { exitCode, stdout, stderr } = await child;
  const lines = String(stdout)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
  return {
    exitCode,
    lines,
    stderr: String(stderr),
    peak: KILOBYTE * Number(/^VmHWM:\s*(\d+) kB$/m.exec(String(stderr))?.[1]),
  };
}

const EXPLODING: readonly Explosion[] = (["register", "set", "queue", "counter"] as const).map((type) => ({
  type,
  keys: 20,
  indefinite: 30,
  overlapping: 30,
}));

describe("a history that explodes", () => {
  test.each(EXPLODING)(
    "is unknown once its time is over, and the next is judged: $type",
    async (explosion) => {
      using folder = temporaryFolder();
      const exploding = join(folder.path, "exploding.jsonl");
      const small = join(folder.path, "small.jsonl");
      writeExplodingHistory(exploding, explosion);
      writeFileSync(small, `${SMALL.join("\n")}\n`);
      const { lines, exitCode } = await check(
        exploding,
        small,
        "--timeout",
        "4s",
        "--expect",
        "linearizable",
      );
      expect(lines.map(({ file, valid }) => [file, valid])).toEqual([
        [exploding, "unknown"],
        [small, true],
      ]);
      expect(lines[0]?.models["linearizable"]).toMatchObject({
        verdict: "unknown",
        reason: expect.stringContaining("budget used up: --timeout 4.00 s"),
      });
      expect(exitCode).toBe(2);
    },
  );

  test("is unknown when its memory is used up, which it stays below, and the next is judged", async () => {
    using folder = temporaryFolder();
    const exploding = join(folder.path, "exploding.jsonl");
    const small = join(folder.path, "small.jsonl");
    writeExplodingHistory(exploding, { type: "queue", keys: 20, indefinite: 30, overlapping: 30 });
    writeFileSync(small, `${SMALL.join("\n")}\n`);
    const { lines, peak } = await check(
      exploding,
      small,
      "--max-memory",
      "256MB",
      "--expect",
      "linearizable",
    );
    expect(lines.map(({ valid }) => valid)).toEqual(["unknown", true]);
    expect(lines[0]?.models["linearizable"]?.reason).toContain("budget used up: --max-memory 256 MB");
    expect(peak).toBeGreaterThan(50 * MEGABYTE);
    expect(peak).toBeLessThan(256 * MEGABYTE);
  });
});

describe("a history too large for the memory", () => {
  test("is refused in a line while it is read, and the next is judged", async () => {
    using folder = temporaryFolder();
    const large = join(folder.path, "large.jsonl");
    const small = join(folder.path, "small.jsonl");
    writeSessionHistory(large, 800_000);
    writeFileSync(small, `${SMALL.join("\n")}\n`);
    const { lines, stderr, peak, exitCode } = await check(large, small, "--max-memory", "192MB");
    expect(stderr).toContain(`${large} is too large to be judged: --max-memory 192 MB`);
    expect(lines.map(({ file, valid }) => [file, valid])).toEqual([[small, true]]);
    expect(peak).toBeLessThan(192 * MEGABYTE);
    expect(exitCode).toBe(2);
  });
});
