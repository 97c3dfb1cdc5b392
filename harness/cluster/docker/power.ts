import type { PowerControl } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import type { Json } from "#core/json";
import type { Disk, Disks } from "./disks.ts";
import { killPod, type Pod, pausePod, podState } from "./pod.ts";

/** Files that a report names. */
const FILES_TOLD = 10;

/**
 * Loss of power: the node's processes are frozen, its file system stops without writing anything that is not on the device yet,
 * and then the processes are killed. What the file system had not synced, nor written back by itself, is gone.
 */
export class DockerPower implements PowerControl {
  readonly #pods: ReadonlyMap<string, Pod>;
  readonly #disks: Disks;

  constructor(pods: ReadonlyMap<string, Pod>, disks: Disks) {
    this.#pods = pods;
    this.#disks = disks;
  }

  /** The disk of a stopped node was synced when it was unmounted: nothing more is lost. */
  async cut(node: string): Promise<Json> {
    const pod = this.#pods.get(node);
    if (pod === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    if ((await podState(pod)) === "stopped") return null;
    await pausePod(pod);
    const disks = this.#disks.of(node);
    let before: string;
    try {
      before = await this.#each(disks, (disk) =>
        this.#disks.mounted(disk, `${LIST}\nriftcheck-disk off /mnt`),
      );
    } finally {
      // Also where it failed half-way: a process must not run on with a file system that takes nothing any more.
      await killPod(pod);
    }
    const after = await this.#each(disks, (disk) => this.#disks.unused(disk, LIST));
    return lossOf(sizesOf(before), sizesOf(after));
  }

  async #each(disks: readonly Disk[], act: (disk: Disk) => Promise<string>): Promise<string> {
    try {
      const texts = await Promise.all(
        disks.map(async (disk) => prefixed(disks.length > 1 ? disk.process : "", await act(disk))),
      );
      return texts.join("");
    } catch (cause) {
      throw new HarnessError("fault-failed", `cutting the power: ${messageOf(cause)}`, { cause });
    }
  }
}

/** `size path` of every file. */
export const LIST = `find /mnt -xdev -type f -printf '%s %P\\n'`;

/** Two processes of a node may have files of the same name. */
const prefixed = (process: string, text: string): string =>
  process === "" ? text : text.replaceAll(/^(\d+) /gm, `$1 ${process}/`);

export function sizesOf(listing: string): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const line of listing.split("\n")) {
    const space = line.indexOf(" ");
    if (space > 0) sizes.set(line.slice(space + 1), Number(line.slice(0, space)));
  }
  return sizes;
}

/** What files had and have not any more; a file that is gone had all of it. */
export function lossOf(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Json {
  const lost = [...before]
    .map(([file, size]) => ({ file, before: size, after: after.get(file) ?? null }))
    .filter((entry) => entry.after === null || entry.after < entry.before);
  const bytes = lost.reduce((sum, entry) => sum + entry.before - (entry.after ?? 0), 0);
  return { bytes, files: lost.slice(0, FILES_TOLD) };
}
