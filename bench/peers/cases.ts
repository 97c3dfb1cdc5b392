/** The histories that riftcheck is compared with its peers on. */
import { execFileSync } from "node:child_process";
import { closeSync, existsSync, globSync, openSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { env, execPath } from "node:process";
import { exportJsonl } from "../../harness/history/exporters/jsonl-export.ts";
import { readHistory } from "../../harness/history/read-history.ts";

const HERE = import.meta.dirname;
const CORPUS = env["RIFTCHECK_CORPUS"] ?? join(HERE, "../../../shared/corpus");

export interface PeerCase {
  readonly name: string;
  readonly files: readonly string[];
}

/** Those whose names contain the filter, written to a folder. */
export function generatedCases(folder: string, filter: string): PeerCase[] {
  const shapes = [
    ...[1_000, 10_000, 100_000].flatMap((operations) => [
      { type: "register", operations, clients: 10, inFlight: 3 },
      { type: "register", operations, clients: 10, inFlight: 10 },
      { type: "register", operations, clients: 50, inFlight: 50 },
    ]),
    ...["cas-register", "set", "queue", "counter", "lock"].flatMap((type) => [
      { type, operations: 1_000, clients: 10, inFlight: 10 },
      { type, operations: 10_000, clients: 10, inFlight: 3 },
      { type, operations: 10_000, clients: 10, inFlight: 10 },
    ]),
  ];
  return shapes
    .flatMap((shape) => [0, 1].map((faulty) => ({ ...shape, faulty })))
    .map((shape) => ({ ...shape, name: nameOf(shape) }))
    .filter(({ name }) => name.includes(filter))
    .map((shape) => ({ name: shape.name, files: [generate(folder, shape)] }));
}

interface Shape {
  readonly type: string;
  readonly operations: number;
  readonly clients: number;
  readonly inFlight: number;
  readonly faulty: number;
}

const nameOf = ({ type, operations, clients, inFlight, faulty }: Shape): string =>
  `${type} ${operations / 1_000}k, ${clients} clients, ${inFlight} in flight${faulty > 0 ? ", faulty" : ""}`;

function generate(folder: string, shape: Shape): string {
  const file = join(folder, `${nameOf(shape).replaceAll(/[ ,]+/g, "-")}.jsonl`);
  const out = openSync(file, "w");
  const args = Object.entries({ ...shape, inFlight: undefined, "in-flight": shape.inFlight }).flatMap(
    ([name, value]) => (value === undefined ? [] : [`--${name}`, `${value}`]),
  );
  execFileSync(execPath, [join(HERE, "../generate.ts"), ...args], { stdio: ["ignore", out, "ignore"] });
  closeSync(out);
  return file;
}

/** Porcupine's own test data, in our format. */
export async function corpusCases(folder: string, filter: string): Promise<PeerCase[]> {
  const cases: PeerCase[] = [];
  const add = async (name: string, pattern: string, cwd: string): Promise<void> => {
    if (!existsSync(cwd) || !name.includes(filter)) return;
    const files = globSync(pattern, { cwd }).sort();
    cases.push({
      name: `${name} (${files.length})`,
      files: await Promise.all(files.map((file) => convert(folder, join(cwd, file)))),
    });
  };
  await add("its etcd logs", "*.log", join(CORPUS, "porcupine/jepsen"));
  for (const name of ["c01-ok", "c01-bad", "c10-ok", "c10-bad", "c50-ok", "c50-bad"]) {
    if (existsSync(join(CORPUS, "porcupine/kv", `${name}.txt`))) {
      await add(`its kv ${name}`, `${name}.txt`, join(CORPUS, "porcupine/kv"));
    }
  }
  return cases;
}

async function convert(folder: string, path: string): Promise<string> {
  const file = join(folder, `${basename(path)}.jsonl`);
  writeFileSync(file, [...exportJsonl(await readHistory(path))].join(""));
  return file;
}
