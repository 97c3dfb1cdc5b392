/** `npm run build`: makes the published package in dist/package, ready for `npm pack`. */
import { cp, glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { stdout } from "node:process";
import { execa } from "execa";
import { parseSync } from "oxc-parser";
import { z } from "zod";
import { buildReportAssets } from "../reports/build.ts";

const ROOT = join(import.meta.dirname, "..");
export const PACKAGE_FOLDER = join(ROOT, "dist/package");

/** Source → place in the package; code finds them at the same relative places as in the checkout. */
const COPIED: Readonly<Record<string, string>> = {
  docker: "dist/docker",
  "examples/new-store": "dist/examples/new-store",
  "examples/http-kv": "dist/examples/http-kv",
  "reports/dist": "dist/reports/dist",
  "docs/schemas": "schemas",
  "bin/riftcheck.cjs": "bin/riftcheck.cjs",
  "README.md": "README.md",
  "CHANGELOG.md": "CHANGELOG.md",
  LICENSE: "LICENSE",
};

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  engines: z.record(z.string(), z.string()),
  exports: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
  /** Libraries of some targets: whoever wants those installs them. */
  peerDependencies: z.record(z.string(), z.string()),
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.literal(true) })),
});
type Manifest = z.infer<typeof manifestSchema>;

export async function buildPackage(): Promise<void> {
  await rm(PACKAGE_FOLDER, { recursive: true, force: true });
  await buildReportAssets();
  await execa(join(ROOT, "node_modules/.bin/tsc"), ["-p", "tsconfig.build.json"], {
    cwd: ROOT,
    stdio: "inherit",
  });
  for (const [from, to] of Object.entries(COPIED)) {
    const target = join(PACKAGE_FOLDER, to);
    await mkdir(join(target, ".."), { recursive: true });
    await cp(join(ROOT, from), target, { recursive: true, filter: (path) => !path.endsWith(".riftcheck") });
  }
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")));
  const used = await usedPackages();
  const published = publishedManifest(manifest, used);
  await writeFile(join(PACKAGE_FOLDER, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
}

/** The checkout's manifest, with everything that names a `.ts` file naming what was made of it. */
function publishedManifest({ dependencies, exports, ...rest }: Manifest, used: ReadonlySet<string>): object {
  // Optional peers are imported only where something asks for them.
  const missing = [...used].filter((name) => !(name in dependencies) && !(name in rest.peerDependencies));
  const unused = Object.keys(dependencies).filter((name) => !used.has(name));
  if (missing.length > 0) throw new Error(`imported, but not among the dependencies: ${missing.join(", ")}`);
  if (unused.length > 0) throw new Error(`dependencies that nothing published imports: ${unused.join(", ")}`);
  return {
    ...rest,
    type: "module",
    bin: { riftcheck: "bin/riftcheck.cjs" },
    imports: { "#core/*": "./dist/harness/core/*.js" },
    exports: Object.fromEntries(Object.entries(exports).map(([name, source]) => [name, entryOf(source)])),
    dependencies,
  };
}

function entryOf(source: string): object {
  const built = source.replace(/^\.\//, "./dist/").replace(/\.ts$/, "");
  return { types: `${built}.d.ts`, default: `${built}.js` };
}

/** Names of the packages that the emitted code and its types import. */
async function usedPackages(): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const file of glob("dist/**/*.js", { cwd: PACKAGE_FOLDER, exclude: ["dist/reports/dist/**"] })) {
    const text = await readFile(join(PACKAGE_FOLDER, file), "utf8");
    const { staticImports, dynamicImports } = parseSync(file, text).module;
    const specifiers = [
      ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
      ...dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start, end)),
    ];
    for (const specifier of specifiers) {
      const name = /^["']?((?:@[\w.-]+\/)?[a-z][\w.-]*)(?:\/|["']?$)/.exec(specifier)?.[1];
      if (name !== undefined && !specifier.includes("node:") && !builtinModules.includes(name))
        names.add(name);
    }
  }
  return names;
}

if (import.meta.main) {
  await buildPackage();
  stdout.write(`the package is in ${PACKAGE_FOLDER}; npm pack ./dist/package makes a tarball of it\n`);
}
