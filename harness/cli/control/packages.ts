import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { z } from "zod";

const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/**
 * Folders of the packages that a package needs at run time, and of all that these need, by their place below its
 * `node_modules`. An optional one that is not installed is left out.
 */
export function installedPackages(root: string): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  const visit = (folder: string): void => {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      const place = placeOf(name, folder);
      if (place === undefined || found.has(place.folder)) continue;
      found.set(place.folder, relative(place.top, place.folder));
      visit(place.folder);
    }
  };
  visit(root);
  return Object.fromEntries([...found].map(([folder, name]) => [name, folder]));
}

/** Looks as Node does: in `node_modules` of the folder and of every one above it. */
function placeOf(name: string, from: string): { readonly folder: string; readonly top: string } | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) {
      const mark = `${join("/", "node_modules")}/`;
      const top = candidate.slice(0, candidate.indexOf(mark) + mark.length - 1);
      return { folder: candidate, top };
    }
    if (dirname(folder) === folder) return undefined;
  }
}
