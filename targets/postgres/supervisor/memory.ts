import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Ballot } from "./ballot.ts";
import type { Lineage } from "./lineage.ts";

/** Replaces a file so that, whatever happens, either the old text or the new one is there; once it returns, the new one. */
export function replaceFile(path: string, text: string): void {
  const passing = `${path}.new`;
  const file = openSync(passing, "w");
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(passing, path);
  syncFolder(dirname(path));
}

/** What was renamed in it outlives a loss of power. */
export function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  fsyncSync(folder);
  closeSync(folder);
}

export const readBallot = (path: string): Ballot | undefined =>
  existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Ballot) : undefined;
export const readLineage = (path: string): Lineage => JSON.parse(readFileSync(path, "utf8")) as Lineage;
