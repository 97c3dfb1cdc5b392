/** The histories that riftcheck is compared with its peers on. */
import { execFileSync } from "node:child_process";
import { closeSync, globSync, openSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { env, execPath } from "node:process";
import { exportJsonl } from "../../harness/history/exporters/jsonl-export.ts";
import { readHistory } from "../../harness/history/read-history.ts";

const HERE = import.meta.dirname;
const CORPUS = env["RIFTCHECK_CORPUS"] ?? join(HERE, "../../../shared/corpus");

export interface PeerCase {
  readonly name: string;
  /** Writes its histories to a folder. @returns the files */
  write(folder: string): Promise<readonly string[]>;
}

interface Shape {
  readonly type: string;
  readonly operations: number;
  readonly clients: number;
  readonly inFlight: number;
  readonly faulty: number;
}

/** Generated histories, each without and with an anomaly, and those of Porcupine's own tests. */
export const peerCases = (): PeerCase[] => [...generatedCases(), ...corpusCases()];

function generatedCases(): PeerCase[] {
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
    .flatMap((shape) => [0, 1].map((faulty): Shape => ({ ...shape, faulty })))
    .map((shape) => ({
      name: nameOf(shape),
      write: async (folder) => [generate(folder, shape)],
    }));
}

const nameOf = ({ type, operations, clients, inFlight, faulty }: Shape): string =>
  `${type} ${operations / 1_000}k, ${clients} clients, ${inFlight} in flight${faulty > 0 ? ", faulty" : ""}`;

function generate(folder: string, shape: Shape): string {
  const { type, operations, clients, inFlight, faulty } = shape;
  const file = join(folder, `${nameOf(shape).replaceAll(/[ ,]+/g, "-")}.jsonl`);
  const flags = { type, operations, clients, "in-flight": inFlight, faulty };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const out = openSync(file, "w");
  execFileSync(execPath, [join(HERE, "../generate.ts"), ...args], { stdio: ["ignore", out, "ignore"] });
  closeSync(out);
  return file;
}

/** Those that are there, in our format. */
function corpusCases(): PeerCase[] {
  const patterns = [
    ["its etcd logs", "porcupine/jepsen/*.log"],
    ["its kv, no anomaly", "porcupine/kv/*-ok.txt"],
    ["its kv, with anomalies", "porcupine/kv/*-bad.txt"],
  ] as const;
  return patterns.flatMap(([name, pattern]) => {
    const files = globSync(pattern, { cwd: CORPUS }).sort();
    if (files.length === 0) return [];
    return [
      {
        name: `${name} (${files.length})`,
        write: (folder) => Promise.all(files.map((file) => convert(folder, join(CORPUS, file)))),
      },
    ];
  });
}

async function convert(folder: string, path: string): Promise<string> {
  const file = join(folder, `${basename(path)}.jsonl`);
  writeFileSync(file, [...exportJsonl(await readHistory(path))].join(""));
  return file;
}
