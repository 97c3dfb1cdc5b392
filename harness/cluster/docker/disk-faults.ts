import type { Damage, DiskControl } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import type { Json } from "#core/json";
import { Random } from "#core/random";
import { type Disk, type Disks, GROUPS } from "./disks.ts";
import type { Pod } from "./pod.ts";
import { LIST, sizesOf } from "./power.ts";

/** What takes up space, beside the store's files. */
const BALLAST = "/mnt/.riftcheck-ballast";
/** Where undamaged copies are kept, beside the files behind the disks. */
const COPIES = "/disks/undamaged";

/** Breaks the file systems that nodes keep their data on, from the one container that can reach them. */
export class DockerDisk implements DiskControl {
  readonly #pods: ReadonlyMap<string, Pod>;
  readonly #disks: Disks;
  /** By device: writes that had come through when the throttle was set. */
  readonly #written = new Map<string, number>();
  readonly #filled = new Set<string>();
  readonly #damaged = new Set<string>();

  constructor(pods: ReadonlyMap<string, Pod>, disks: Disks) {
    this.#pods = pods;
    this.#disks = disks;
  }

  async fill(node: string, leave: number): Promise<number> {
    this.#filled.add(node);
    return this.#least(node, (disk) =>
      this.#disks.mounted(disk, `riftcheck-disk fill ${BALLAST} "$1"`, String(Math.round(leave))),
    );
  }

  async free(node: string): Promise<number> {
    return this.#least(node, (disk) => this.#disks.mounted(disk, "echo $(($(stat -f -c '%a * %S' /mnt)))"));
  }

  async empty(node: string): Promise<void> {
    if (!this.#filled.has(node)) return;
    await this.#each(node, (disk) => this.#disks.mounted(disk, `rm -f ${BALLAST}`));
    this.#filled.delete(node);
  }

  async throttle(node: string, writesPerSecond: number): Promise<void> {
    await this.#each(node, async (disk) => {
      this.#written.set(disk.device, await this.#count(disk));
      await this.#limit(disk, String(Math.max(1, Math.round(writesPerSecond))));
    });
  }

  async throttled(node: string): Promise<number> {
    const counts = await this.#each(node, async (disk) =>
      Math.max(0, (await this.#count(disk)) - (this.#written.get(disk.device) ?? 0)),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async release(node: string): Promise<void> {
    await this.#each(node, async (disk) => {
      if (!this.#written.delete(disk.device)) return;
      await this.#limit(disk, "0");
    });
  }

  async damage(node: string, damage: Damage): Promise<Json> {
    const random = new Random(damage.seed);
    this.#damaged.add(node);
    const files = await this.#files(node);
    const total = files.reduce((sum, { size }) => sum + size, 0);
    if (total === 0) throw new HarnessError("fault-failed", `${node} keeps nothing that could be damaged`);
    let at = random.float() * total;
    const chosen = files.find(({ size }) => (at -= size) < 0) ?? files[0];
    if (chosen === undefined) throw new HarnessError("internal", "no file was chosen");
    const { disk, path, size } = chosen;
    const act =
      damage.kind === "flip"
        ? `riftcheck-disk flip "/mnt/$1" ${damage.seed} ${damage.bits}`
        : `riftcheck-disk cut "/mnt/$1" ${Math.round(damage.bytes)}`;
    const copy = `mkdir -p "${COPIES}" && cp -p "/mnt/$1" "${COPIES}/$2" && printf %s "$1" > "${COPIES}/$2.path"`;
    const [told] = await this.#each(
      node,
      (one) => this.#disks.unused(one, `${copy}\n${act}`, path, one.volume),
      [disk],
    );
    const words = (told ?? "").trim().split("\n");
    return damage.kind === "flip"
      ? { file: path, size, flipped: words }
      : { file: path, size, cut: Number(words[0]) };
  }

  async repair(node: string): Promise<void> {
    if (!this.#damaged.has(node)) return;
    const restore = `copy="${COPIES}/$1"; [ ! -e "$copy.path" ] || { cat "$copy" > "/mnt/$(cat "$copy.path")"; rm "$copy" "$copy.path"; }`;
    await this.#each(node, (disk) => this.#disks.unused(disk, restore, disk.volume));
    this.#damaged.delete(node);
  }

  async accept(node: string): Promise<void> {
    this.#damaged.delete(node);
    await this.#each(node, (disk) =>
      this.#disks.run(`rm -f "${COPIES}/$1" "${COPIES}/$1.path"`, disk.volume),
    );
  }

  async wipe(node: string): Promise<void> {
    await this.#each(node, (disk) => this.#disks.unused(disk, "find /mnt -xdev -mindepth 1 -delete"));
  }

  async #files(
    node: string,
  ): Promise<{ readonly disk: Disk; readonly path: string; readonly size: number }[]> {
    const found = await this.#each(node, async (disk) =>
      [...sizesOf(await this.#disks.unused(disk, LIST))].map(([path, size]) => ({ disk, path, size })),
    );
    return found.flat().sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** By the control group of the process's container, version 1 or 2; 0: no limit. */
  async #limit(disk: Disk, writesPerSecond: string): Promise<void> {
    await this.#disks.run(
      `number=$(lsblk -n -o MAJ:MIN "$1" | tr -d ' ')
${GROUP_OF}
if [ "$version" = 1 ]; then echo "$number $3" > "$group/blkio.throttle.write_iops_device"
elif [ "$3" = 0 ]; then echo "$number wiops=max" > "$group/io.max"
else echo "$number wiops=$3" > "$group/io.max"; fi`,
      disk.device,
      await this.#processOf(disk),
      writesPerSecond,
    );
  }

  async #count(disk: Disk): Promise<number> {
    const text = await this.#disks.run(
      `number=$(lsblk -n -o MAJ:MIN "$1" | tr -d ' ')
${GROUP_OF}
if [ "$version" = 1 ]; then sed -n "s/^$number Write //p" "$group/blkio.throttle.io_serviced"
else sed -n "s/^$number .*wios=\\([0-9]*\\).*/\\1/p" "$group/io.stat"; fi`,
      disk.device,
      await this.#processOf(disk),
    );
    return Number(text.trim() || 0);
  }

  /** Id of the process's first process on the engine's machine; 0 if it does not run. */
  async #processOf({ node, process }: Disk): Promise<string> {
    const container = this.#pods.get(node)?.processes.find(({ name }) => name === process)?.container;
    if (container === undefined) throw new HarnessError("internal", `there is no ${process} on ${node}`);
    return String((await container.inspect()).State.Pid);
  }

  async #least(node: string, act: (disk: Disk) => Promise<string>): Promise<number> {
    return Math.min(...(await this.#each(node, act)).map(Number));
  }

  async #each<T>(
    node: string,
    act: (disk: Disk) => Promise<T>,
    disks: readonly Disk[] = this.#disks.of(node),
  ): Promise<T[]> {
    try {
      return await Promise.all(disks.map(act));
    } catch (cause) {
      throw new HarnessError("fault-failed", `disk of ${node}: ${messageOf(cause)}`, { cause });
    }
  }
}

/** Control group of process `$2`, and its version. One that is gone takes its limits with it. */
const GROUP_OF = `[ -e "/proc/$2/cgroup" ] || exit 0
path=$(sed -n 's/^[0-9]*:\\(.*,\\)*blkio\\(,.*\\)*://p' "/proc/$2/cgroup")
if [ -n "$path" ]; then version=1; group=${GROUPS}/blkio$path
else version=2; group=${GROUPS}$(sed -n 's/^0:://p' "/proc/$2/cgroup"); fi`;
