import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HarnessError } from "#core/errors";

/** Something a user begins with files that riftcheck writes. */
export interface Scaffold {
  /** As `riftcheck init` lists it. */
  readonly command: string;
  readonly summary: string;
  readonly defaultName: string;
  /**
   * Writes the files.
   * @param folder where they go; undefined: a folder of that name
   * @returns lines that say what was written and what to do next
   * @throws HarnessError `usage` for a name that cannot be, or where a file is there already
   */
  write(name: string, folder: string | undefined): readonly string[];
}

/** All of them or none. @throws HarnessError `usage` if one is there already */
export function writeNewFiles(folder: string, files: Readonly<Record<string, string>>): void {
  const there = Object.keys(files).filter((file) => existsSync(join(folder, file)));
  if (there.length > 0)
    throw new HarnessError("usage", `${folder} has ${there.join(", ")} already: nothing was written`, {
      hint: "choose an empty or a new folder: --in <folder>",
    });
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text, { flag: "wx" });
  }
}

/** A file name without surprises, which is also a package's. @throws HarnessError `usage` */
export function requireName(name: string): string {
  if (/^[a-z][a-z0-9-]*$/.test(name)) return name;
  throw new HarnessError(
    "usage",
    `the name ${name}: expected small letters, digits and hyphens, a letter first`,
  );
}
