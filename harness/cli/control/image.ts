import { existsSync } from "node:fs";
import { join } from "node:path";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import type { ImagePlan } from "#core/target";
import { CODE, HOME } from "../home-made-image.ts";
import { installedPackages } from "./packages.ts";

/** The root of the code: the checkout, or the package's `dist`; and of the package. */
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PACKAGE = CODE === "" ? ROOT : join(ROOT, "..");

const FOLDERS = ["harness", "targets", "workloads", "checkers", "reports", "docker", "examples"];

/** riftcheck as it is here, with the packages it needs, on the runtime that it runs on. */
export function controlImage(): ImagePlan {
  const places: readonly (readonly [string, string])[] = [
    ...FOLDERS.map((folder) => [`riftcheck/${CODE}${folder}`, join(ROOT, folder)] as const),
    ...Object.entries(installedPackages(PACKAGE)).map(
      ([name, folder]) => [`riftcheck/node_modules/${name}`, folder] as const,
    ),
  ];
  const files = places.filter(([, path]) => existsSync(path));
  return {
    folder: "control",
    files: {
      "riftcheck/package.json": join(PACKAGE, "package.json"),
      ...Object.fromEntries(files),
      // Builds leave folders of these names out, as what builds and runs make: here they are packages' and our own.
      ...Object.fromEntries(
        files
          .flatMap(([place, path]) =>
            ["dist", "runs"].map((name) => [`${place}/${name}`, join(path, name)] as const),
          )
          .filter(([, path]) => existsSync(path)),
      ),
    },
    on: { folder: "node", files: { node: execPath } },
  };
}

/** The command in there. */
export const CONTROL_COMMAND: readonly string[] = [
  "node",
  `${HOME}/${CODE}harness/cli/main${CODE === "" ? ".ts" : ".js"}`,
];
