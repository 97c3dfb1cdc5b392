import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { HarnessError } from "#core/errors";
import type { ImagePlan } from "#core/target";

/** The root of the code: the checkout, or the package's `dist`. */
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PACKAGED = !import.meta.url.endsWith(".ts");
/** `.ts` in a checkout, `.js` in the package. */
export const EXTENSION = PACKAGED ? ".js" : ".ts";
/** Where the root of the package is in the image. */
export const HOME = "/riftcheck";
/** Where the code is from there: the manifest tells where `#core/` is, so it lies as it does here. */
export const CODE = PACKAGED ? "dist/" : "";
/** Where the user's module is from there. */
export const USER_CODE = "user";

/** What a node imports, and what a user's module may. */
const FOLDERS = ["harness", "targets", "workloads", "checkers"];
/** Tests, and what they are made of. */
const TESTS = /\.test\.[jt]s$|(?:^|\/)testing\//;
const CODE_FILE = /\.(?:[cm]?[jt]s|json)$/;
/** More files than this are no store: the folder of the module is somebody's home. */
const FILES_MAX = 2_000;

/** The image of a home-made store's nodes. @param module path of the user's module @throws HarnessError `usage` */
export function imageOf(module: string | undefined): ImagePlan {
  return {
    folder: "home-made",
    files: { ...ownFiles(), ...(module === undefined ? {} : userFiles(module)) },
    on: { folder: "node", files: { node: execPath } },
  };
}

function ownFiles(): Record<string, string> {
  const manifest = join(ROOT, PACKAGED ? ".." : "", "package.json");
  const files: Record<string, string> = {
    "riftcheck/package.json": manifest,
    "riftcheck/node_modules/zod": dirname(createRequire(import.meta.url).resolve("zod/package.json")),
  };
  for (const folder of FOLDERS)
    for (const path of codeUnder(join(ROOT, folder))) {
      const name = relative(ROOT, path);
      if (!TESTS.test(name)) files[`riftcheck/${CODE}${name}`] = path;
    }
  return files;
}

/** Code and JSON of the module's folder and those below it. */
function userFiles(module: string): Record<string, string> {
  const folder = dirname(module);
  const files: Record<string, string> = {};
  let count = 0;
  for (const path of codeUnder(folder)) {
    if (++count > FILES_MAX)
      throw new HarnessError(
        "usage",
        `${folder}: more than ${FILES_MAX} files of code beside the module, all of which would go into its image`,
        { hint: "give the store a folder of its own" },
      );
    files[`riftcheck/${USER_CODE}/${relative(folder, path)}`] = path;
  }
  return files;
}

/** Without hidden folders, installed packages, and what runs and builds leave. */
const LEFT_OUT: ReadonlySet<string> = new Set(["node_modules", "runs", "dist"]);

function* codeUnder(folder: string): Generator<string> {
  if (!existsSync(folder)) return;
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".") || LEFT_OUT.has(entry.name)) continue;
    if (entry.isDirectory()) yield* codeUnder(path);
    else if (CODE_FILE.test(entry.name) && !entry.name.endsWith(".d.ts")) yield path;
  }
}
