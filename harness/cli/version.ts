import { existsSync, readFileSync } from "node:fs";

/** The version in `package.json`, which lies two folders up in the checkout and three in the published package. */
export const VERSION: string = readVersion();

function readVersion(): string {
  for (const path of ["../../package.json", "../../../package.json"]) {
    const url = new URL(path, import.meta.url);
    const parsed = readIfThere(url);
    if (parsed?.name === "riftcheck" && parsed.version !== undefined) return parsed.version;
  }
  return "unknown";
}

function readIfThere(url: URL): { name?: string; version?: string } | undefined {
  return existsSync(url)
    ? (JSON.parse(readFileSync(url, "utf8")) as { name?: string; version?: string })
    : undefined;
}
