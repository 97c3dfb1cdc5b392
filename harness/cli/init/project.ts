import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { VERSION } from "../version.ts";

/** Where the code is: the checkout, or the package's `dist`. */
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const IS_CHECKOUT = import.meta.url.endsWith(".ts");

/** The text of a file of an example: what is tested here is what users begin with. */
export const ofExample = (file: string): string => readFileSync(join(ROOT, "examples", file), "utf8");

/** What every project of a user has. @param scripts of its manifest */
export function projectFiles(
  name: string,
  folder: string,
  scripts: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    "package.json": `${JSON.stringify(manifestOf(name, folder, scripts), null, 2)}\n`,
    "tsconfig.json": `${JSON.stringify(TSCONFIG, null, 2)}\n`,
    ".gitignore": "node_modules\nruns\n",
  };
}

const manifestOf = (name: string, folder: string, scripts: Readonly<Record<string, string>>): object => ({
  name,
  private: true,
  type: "module",
  scripts,
  dependencies: {
    // A checkout is no published version: it is linked.
    riftcheck: IS_CHECKOUT ? `file:${relative(resolve(folder), ROOT)}` : `^${VERSION}`,
    zod: zodVersion(),
  },
  devDependencies: { "@types/node": "^24" },
});

/** Options are described with the zod that riftcheck reads them with. */
function zodVersion(): string {
  const manifest = fileURLToPath(import.meta.resolve("zod/package.json"));
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

/** For editors, and for `tsc`: Node runs the files as they are. */
const TSCONFIG = {
  compilerOptions: {
    target: "es2024",
    lib: ["esnext"],
    module: "nodenext",
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ["*.ts"],
};
