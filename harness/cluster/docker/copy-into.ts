import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type Docker from "dockerode";
import { BuildContext, filesUnder } from "./build-context.ts";
import { relative } from "node:path";

/** Configurations and scripts: what is larger belongs into an image. */
const SIZE_MAX_BYTES = 256 * 1024 * 1024;

/** Copies files and folders into a container that may not run yet. @param files absolute path there, and path here */
export async function copyInto(
  container: Docker.Container,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const sources = Object.fromEntries(
    Object.entries(files).map(([to, from]) => [to.replace(/^\/+/, ""), from]),
  );
  if (Object.keys(sources).length === 0) return;
  using context = new BuildContext(sources);
  // Files only: an entry for a folder would change the mode of one that the image has.
  const names = filesUnder(context.folder).map((path) => relative(context.folder, path));
  const { stdout } = await promisify(execFile)(
    "tar",
    ["--owner=0", "--group=0", "-C", context.folder, "-cf", "-", "--", ...names],
    { encoding: "buffer", maxBuffer: SIZE_MAX_BYTES },
  );
  await container.putArchive(stdout, { path: "/" });
}
