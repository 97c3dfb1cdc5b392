import { access, statfs } from "node:fs/promises";
import { arch, getuid, platform, versions } from "node:process";
import { fileURLToPath } from "node:url";
import type { Finding } from "./finding.ts";
import { findChromium, findProgram } from "./programs.ts";

/** `await using`, type stripping and zstd came together in this one. */
const OLDEST_RUNTIME = [24, 11] as const;
/** Base image, store images and the logs of some runs. */
const DISK_MIN_GIGABYTES = 2;

export function runtimeFinding(version: string = versions.node): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_RUNTIME;
  return {
    name: "Node runtime",
    neededFor: "everything",
    ok: major > oldestMajor || (major === oldestMajor && minor >= oldestMinor),
    detail: `${version} (${platform} ${arch})`,
    fix: `install Node ${OLDEST_RUNTIME.join(".")} or newer; in a checkout, bin/riftcheck brings its own`,
  };
}

/** The report's browser code, where a checkout or a package has it; `reportAssets` are its files. */
export async function assetsFinding(reportAssets: readonly URL[]): Promise<Finding> {
  const missing = await Promise.all(
    reportAssets.map((file) =>
      access(file).then(
        () => undefined,
        () => fileURLToPath(file),
      ),
    ),
  );
  const first = missing.find((path) => path !== undefined);
  return {
    name: "report assets",
    neededFor: "everything",
    ok: first === undefined,
    detail: first === undefined ? "built" : `${first} is not there`,
    fix: "in a checkout: npm run build:report",
  };
}

export async function debootstrapFinding(user: number | undefined = getuid?.()): Promise<Finding> {
  const path = await findProgram("debootstrap");
  const detail = path === undefined ? "not installed" : user === 0 ? path : `${path}, but it needs root`;
  return {
    name: "debootstrap",
    neededFor: "building images without a registry",
    ok: path !== undefined && user === 0,
    detail,
    fix: "as root: apt-get install -y --no-install-recommends debootstrap",
  };
}

export async function chromiumFinding(): Promise<Finding> {
  const path = await findChromium();
  return {
    name: "Chromium",
    neededFor: "riftcheck's own tests",
    ok: path !== undefined,
    detail: path ?? "not installed",
    fix: "apt-get install -y --no-install-recommends chromium, or set RIFTCHECK_CHROMIUM to its path",
  };
}

/** Space where images or runs go. */
export async function diskFinding(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const gigabytes = (bavail * bsize) / 1e9;
  return {
    name: "disk space",
    neededFor: "Docker runs",
    ok: gigabytes >= DISK_MIN_GIGABYTES,
    detail: `${gigabytes.toFixed(1)} GB free in ${folder}`,
    fix: `free at least ${DISK_MIN_GIGABYTES} GB; \`riftcheck clean\` removes what riftcheck left`,
  };
}
