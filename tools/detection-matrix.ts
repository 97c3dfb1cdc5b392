/**
 * `npm run matrix`: looks for every planted bug of `eventual` in its own setting, until the anomaly expected of it shows;
 * checks that the store without the bug does not show it; shrinks the first case and replays it.
 *
 *     npm run matrix -- [--bugs a,b] [--seeds N] [--controls N] [--no-shrink] [--shrink-seconds N] [--replays N] [--workers N]
 *
 * Writes docs/planted-bugs.md, and tests/regressions/<bug>.riftcheck.json with the smallest case of each bug. Exit code 1 if a bug
 * was not caught or its setting shows the anomaly without it, 64 for bad usage.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { CASE_SUFFIX, writeCase } from "../harness/hunt/case-file.ts";
import { type BugName, bugNames } from "../targets/eventual/bugs/names.ts";
import { bugs } from "../targets/eventual/bugs/registry.ts";
import type { Examination } from "./detection/examine.ts";
import { type DetectionRecord, readRecords, REGRESSIONS, writeRecords } from "./detection/records.ts";
import { planted } from "./detection/table.ts";
import type { MatrixReply } from "./detection/worker.ts";

const EXIT_BAD_USAGE = 64;
const WORKER = new URL("./detection/worker.ts", import.meta.url);
const DOCUMENT = join(import.meta.dirname, "../docs/planted-bugs.md");

class UsageError extends Error {}

interface Request extends Examination {
  readonly names: readonly BugName[];
  readonly workers: number;
}

function requestOf(args: readonly string[]): Request {
  const { values } = parseArgs({
    args: [...args],
    options: {
      bugs: { type: "string" },
      seeds: { type: "string", default: "200" },
      controls: { type: "string", default: "50" },
      shrink: { type: "boolean", default: true },
      "shrink-seconds": { type: "string", default: "60" },
      replays: { type: "string", default: "100" },
      workers: { type: "string", default: "2" },
    },
    allowNegative: true,
  });
  return {
    names: values.bugs === undefined ? bugNames : values.bugs.split(",").map(bugFrom),
    seeds: integerFrom("--seeds", values.seeds, 1),
    controls: integerFrom("--controls", values.controls, 0),
    shrinkSeconds: values.shrink ? integerFrom("--shrink-seconds", values["shrink-seconds"], 1) : 0,
    replays: integerFrom("--replays", values.replays, 1),
    workers: integerFrom("--workers", values.workers, 1),
  };
}

function bugFrom(name: string): BugName {
  const known = bugNames.find((one) => one === name);
  if (known === undefined) throw new UsageError(`--bugs ${name}: expected some of ${bugNames.join(", ")}`);
  return known;
}

function integerFrom(flag: string, text: string, least: number): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new UsageError(`${flag} ${text}: expected an integer from ${least} on`);
  return value;
}

/** One thread that takes a name from the queue whenever it is done with the one before. */
async function work(
  queue: BugName[],
  request: Request,
  onDone: (reply: Extract<MatrixReply, { type: "done" }>) => void,
): Promise<void> {
  await using thread = new Worker(WORKER, { workerData: request satisfies Examination });
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const answered = Promise.withResolvers<void>();
    thread.once("error", answered.reject);
    const onReply = (reply: MatrixReply): void => {
      if (reply.type === "progress") {
        stderr.write(`${reply.bug}: ${reply.words}\n`);
        return;
      }
      onDone(reply);
      answered.resolve();
    };
    thread.on("message", onReply);
    thread.postMessage(name);
    await answered.promise;
    thread.off("error", answered.reject).off("message", onReply);
  }
}

/** Of bugs that are gone nothing is kept. */
function write(records: Record<string, DetectionRecord>): void {
  for (const name of Object.keys(records)) if (!Object.hasOwn(bugs, name)) delete records[name];
  writeRecords(records);
  writeFileSync(DOCUMENT, planted(Object.values(bugs), records));
}

async function main(): Promise<number> {
  const request = requestOf(argv.slice(2));
  const queue = [...request.names];
  const records = readRecords();
  const examined: DetectionRecord[] = [];
  const onDone = ({ record, smallest }: Extract<MatrixReply, { type: "done" }>): void => {
    examined.push(record);
    const before = records[record.bug]?.smallest;
    const isKept = record.smallest === undefined && record.seed !== undefined && before !== undefined;
    records[record.bug] = isKept ? { ...record, smallest: before } : record;
    if (smallest !== undefined) writeCase(join(REGRESSIONS, `${record.bug}${CASE_SUFFIX}`), smallest);
    write(records);
    stderr.write(`[${examined.length}/${request.names.length}] ${wordsOf(record)}\n`);
  };
  mkdirSync(REGRESSIONS, { recursive: true });
  const threads = Math.min(request.workers, queue.length);
  await Promise.all(Array.from({ length: threads }, () => work(queue, request, onDone)));
  const open = examined.filter(
    ({ seed, shownByControls }) => seed === undefined || shownByControls.length > 0,
  );
  stdout.write(
    open.length === 0
      ? `all ${examined.length} bugs were caught\n`
      : `${open.length} of ${examined.length} bugs: ${open.map(({ bug }) => bug).join(", ")} not caught, or shown without the bug as well\n`,
  );
  return open.length === 0 ? 0 : 1;
}

function wordsOf({
  bug,
  seed,
  tried,
  searchMs,
  checkers,
  smallest,
  troubles,
  ...record
}: DetectionRecord): string {
  const found = seed === undefined ? "NOT CAUGHT" : `run ${seed} (${checkers.join(", ")})`;
  const control =
    record.shownByControls.length === 0 ? "" : `, CONTROL SHOWS IT (${record.shownByControls.join()})`;
  const small =
    smallest === undefined
      ? ""
      : `, ${smallest.nodes} nodes, ${smallest.clients} clients, ${smallest.operations} operations, ${smallest.faults} faults, ${smallest.shown}/${smallest.replays}, shrunk in ${smallest.shrinkMs} ms`;
  const trouble = troubles.length === 0 ? "" : `, ${troubles.length} runs in trouble: ${troubles[0]}`;
  return `${bug}: ${found}, ${(searchMs / tried).toFixed(0)} ms a run${control}${small}${trouble}`;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && "code" in error);
  if (!isUsage) throw error;
  stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_BAD_USAGE;
}
