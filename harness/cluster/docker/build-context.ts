import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** Folders that no build needs. */
const LEFT_OUT: ReadonlySet<string> = new Set(["node_modules", ".git", ".cache", "runs", "dist"]);

/** Every file under a path, in order; the path itself if it is a file. */
export function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => !LEFT_OUT.has(name))
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/** What one build may read, gathered in a folder of its own. Disposing removes it. */
export class BuildContext implements Disposable {
  readonly folder: string;
  readonly names: readonly string[];

  /** @param sources name in the context, and the file or folder it is a copy of */
  constructor(sources: Readonly<Record<string, string>>) {
    this.folder = mkdtempSync(join(tmpdir(), "riftcheck-build-"));
    const names = new Set<string>();
    for (const [name, path] of Object.entries(sources)) {
      cpSync(path, join(this.folder, name), {
        recursive: true,
        dereference: true,
        filter: (from) => from === path || !LEFT_OUT.has(basename(from)),
      });
      names.add(name.split("/")[0] as string);
    }
    this.names = [...names];
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
