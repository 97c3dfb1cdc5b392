import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");
export const MAIN = join(ROOT, "harness/cli/main.ts");

/** What `npm install` would make of the folder's dependencies: links to this checkout and its packages. */
export function linkDependencies(folder: string): void {
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  symlinkSync(ROOT, join(folder, "node_modules/riftcheck"));
  for (const name of ["zod", "@types/node"])
    symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
}
