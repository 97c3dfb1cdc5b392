import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { env } from "node:process";

/** Where system programs live that an ordinary user's PATH leaves out. */
const SYSTEM_FOLDERS = ["/usr/sbin", "/sbin"];

/** Full path of a program on PATH or in the system's folders. */
export async function findProgram(...names: readonly string[]): Promise<string | undefined> {
  const folders = [
    ...(env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""),
    ...SYSTEM_FOLDERS,
  ];
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = await Promise.all(candidates.map(isExecutable));
  return candidates.find((_, i) => found[i]);
}

export const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/** The Chromium that browser tests use: the one named in RIFTCHECK_CHROMIUM, else the system's. */
export async function findChromium(): Promise<string | undefined> {
  const named = env["RIFTCHECK_CHROMIUM"];
  if (named !== undefined && named !== "") return (await isExecutable(named)) ? named : undefined;
  return await findProgram("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
}
