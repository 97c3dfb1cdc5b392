/**
 * Writes histories of any size to stdout:
 *
 *     node bench/generate.ts --type register --operations 1000000 --clients 50 --keys 1 --indefinite 0.01 --faulty 1 > file.jsonl
 *
 * They are linearizable by construction (`harness/synthetic/`), unless anomalies are put in with `--faulty`: so many, each at a
 * random place, of those that break linearizability. `--in-flight` bounds the operations under way; without it about two
 * thirds of the clients wait for an answer at any time. The same arguments give the same bytes.
 */
import { writeSync } from "node:fs";
import { argv, stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { Random } from "#core/random";
import { ATOMIC_KINDS } from "../harness/synthetic/atomic-object.ts";
import { injections } from "../harness/synthetic/injections/registry.ts";
import { linearizableRun } from "../harness/synthetic/linearizable-run.ts";
import { linesOf, type Recording } from "../harness/synthetic/recording.ts";

const BUFFERED = 1 << 20;
const EXIT_BAD_USAGE = 64;
const BROKEN = ["non-linearizable", "stale-read"];

const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    type: { type: "string", default: "register" },
    operations: { type: "string", default: "1000" },
    clients: { type: "string", default: "10" },
    "in-flight": { type: "string" },
    keys: { type: "string", default: "1" },
    indefinite: { type: "string", default: "0" },
    faulty: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});

const kind = Object.hasOwn(ATOMIC_KINDS, values.type) ? ATOMIC_KINDS[values.type] : undefined;
if (kind === undefined) {
  stderr.write(`--type ${values.type}: expected one of ${Object.keys(ATOMIC_KINDS).join(", ")}\n`);
  process.exitCode = EXIT_BAD_USAGE;
} else {
  const recording = linearizableRun({
    kind,
    operations: Number(values.operations),
    clients: Number(values.clients),
    inFlight: Number(values["in-flight"] ?? values.clients),
    keys: Number(values.keys),
    indefinite: Number(values.indefinite),
    seed: values.seed,
  });
  spoil(recording, Number(values.faulty));
  print(recording);
}

function spoil(recording: Recording, times: number): void {
  const fitting = injections.filter(
    (injection) => injection.applies(recording) && injection.types.some((type) => BROKEN.includes(type)),
  );
  for (let i = 0; i < times; i++) {
    const random = new Random(`${values.seed}/faulty ${i}`);
    const injection = random.pick(fitting);
    const done = injection.inject(recording, random) !== undefined;
    stderr.write(`${done ? "" : "no place for: "}${injection.name}\n`);
  }
}

function print(recording: Recording): void {
  let text = "";
  for (const line of linesOf(recording)) {
    text += line;
    if (text.length < BUFFERED) continue;
    writeSync(stdout.fd, text);
    text = "";
  }
  writeSync(stdout.fd, text);
}
