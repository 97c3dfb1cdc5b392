import type Docker from "dockerode";
import { HarnessError, messageOf } from "#core/errors";
import { mustRunIn } from "./exec.ts";
import type { Image } from "./image.ts";
import { labelFilter, labelsOf, nameOf } from "./labels.ts";
import { statusOf, unlessAlready } from "./replies.ts";

/** Room for what a run writes. The file behind it is sparse: it takes what is written. */
const DISK_SIZE = "1G";
/** A small journal: the default for this size takes 16 MB of each. */
const JOURNAL_MEGABYTES = 8;
/** Attempts, a tenth of a second apart, to find a file system unmounted after its container ended. */
const UNMOUNT_ATTEMPTS = 100;

/** Where the keeper finds the files behind the disks. */
const IMAGES = "/disks";
/** Where it finds the control groups of the engine's machine. */
export const GROUPS = "/groups";
/** Device numbers of loop devices, and of the one that hands them out (linux/Documentation/admin-guide/devices.txt). */
const LOOP_MAJOR = 7;
const LOOP_CONTROL = "10:237";
/** Label of the volume with those files: the image that can detach them. */
const KEEPER_IMAGE_LABEL = "riftcheck.keeper";

/** A file system of its own for one process: a loop device that the engine mounts while the process's container runs. */
export interface Disk {
  readonly node: string;
  readonly process: string;
  /** The engine's volume. */
  readonly volume: string;
  /** On the engine's machine: `/dev/loop3`. */
  readonly device: string;
}

/** A process that gets one. */
export interface DiskUser {
  readonly node: string;
  readonly process: string;
  /** Whether a write returns when it is on the device (mount option `sync`). */
  readonly isSynchronous: boolean;
}

const KEEPER = "disks";

/**
 * The disks of a cluster, and the one container that can reach them: it makes the loop devices and mounts them for
 * a moment where something is to be done.
 */
export class Disks {
  readonly all: readonly Disk[];
  readonly #keeper: Docker.Container;

  private constructor(keeper: Docker.Container, all: readonly Disk[]) {
    this.#keeper = keeper;
    this.all = all;
  }

  /** @throws HarnessError `setup-failed` where the engine's machine has no loop devices, or does not allow it */
  static async create(
    engine: Docker,
    run: string,
    image: Image,
    processes: readonly DiskUser[],
  ): Promise<Disks> {
    try {
      const images = nameOf(run, KEEPER);
      await engine.createVolume({
        Name: images,
        Labels: { ...labelsOf(run), [KEEPER_IMAGE_LABEL]: image.id },
      });
      const keeper = await startKeeper(engine, run, image.id).catch(async (error: unknown) => {
        await engine.getVolume(images).remove();
        throw error;
      });
      const all = await Promise.all(
        processes.map(async ({ node, process, isSynchronous }) => {
          const volume = nameOf(run, node, process, "disk");
          const device = (await mustRunIn(keeper, ["sh", "-c", MAKE, "make", volume])).trim();
          await engine.createVolume({
            Name: volume,
            Driver: "local",
            DriverOpts: { type: "ext4", device, ...(isSynchronous ? { o: "sync" } : {}) },
            Labels: labelsOf(run),
          });
          return { node, process, volume, device };
        }),
      );
      return new Disks(keeper, all);
    } catch (cause) {
      throw new HarnessError(
        "setup-failed",
        `nodes get no disks of their own (a loop device with ext4 each): ${messageOf(cause)}`,
        { cause, hint: "leave the faults power-… and disk-… out" },
      );
    }
  }

  of(node: string): readonly Disk[] {
    return this.all.filter((disk) => disk.node === node);
  }

  /** Runs a script of the keeper's shell with the disk mounted at `/mnt`, and `$1`, … as given. */
  mounted({ device }: Disk, script: string, ...words: readonly string[]): Promise<string> {
    return mustRunIn(this.#keeper, [
      "unshare",
      "--mount",
      "sh",
      "-ec",
      `mount "$0" /mnt\n${script}`,
      device,
      ...words,
    ]);
  }

  /** As `mounted`, of a disk that no container uses any more: waits until the engine has unmounted it. */
  unused({ device }: Disk, script: string, ...words: readonly string[]): Promise<string> {
    return mustRunIn(this.#keeper, [
      "unshare",
      "--mount",
      "sh",
      "-ec",
      `${MOUNT_ANEW}\n${script}`,
      device,
      ...words,
    ]);
  }

  /** Writes all disks out: what was made so far is as safe as if it were old. */
  async sync(): Promise<void> {
    await Promise.all(this.all.map((disk) => this.mounted(disk, "sync --file-system /mnt")));
  }

  /** Runs a script of the keeper's shell: it sees the processes and control groups of the engine's machine. */
  run(script: string, ...words: readonly string[]): Promise<string> {
    return mustRunIn(this.#keeper, ["sh", "-ec", script, "keeper", ...words]);
  }
}

/** What some stores call a folder that is not empty would come with every file system. */
const MAKE = `set -e
image=${IMAGES}/$1.img
truncate -s ${DISK_SIZE} "$image"
mkfs.ext4 -q -F -m 0 -J size=${JOURNAL_MEGABYTES} "$image"
debugfs -w -R 'rmdir lost+found' "$image" 2>/dev/null
losetup --find --show "$image"`;

/** A file system that was stopped takes no files until its last mount is gone and it is mounted anew. */
const MOUNT_ANEW = `attempts=0
until mount "$0" /mnt && riftcheck-disk alive /mnt 2>/dev/null; do
  umount /mnt 2>/dev/null || true
  attempts=$((attempts + 1))
  [ $attempts -lt ${UNMOUNT_ATTEMPTS} ] || { echo "$0 is still mounted somewhere" >&2; exit 1; }
  sleep 0.1
done`;

async function startKeeper(engine: Docker, run: string, image: string): Promise<Docker.Container> {
  const options: Docker.ContainerCreateOptions = {
    name: nameOf(run, KEEPER),
    Image: image,
    Cmd: ["sleep", "infinity"],
    Labels: labelsOf(run),
    HostConfig: {
      NetworkMode: "none",
      PidMode: "host",
      // The engine's types do not know it yet.
      ...({ CgroupnsMode: "host" } as Docker.HostConfig),
      // Not `Privileged`: an engine inside of a container may not have all that this would take.
      CapAdd: ["SYS_ADMIN"],
      SecurityOpt: ["apparmor=unconfined", "seccomp=unconfined"],
      DeviceCgroupRules: [`b ${LOOP_MAJOR}:* rwm`, `c ${LOOP_CONTROL} rwm`],
      Binds: ["/dev:/dev", `/sys/fs/cgroup:${GROUPS}`, `${nameOf(run, KEEPER)}:${IMAGES}`],
    },
  };
  const keeper = await engine.createContainer(options);
  try {
    await keeper.start();
    return keeper;
  } catch (error) {
    // Nothing was made yet that it would have to give back.
    await keeper.remove({ force: true });
    throw error;
  }
}

const DETACH = `attempts=0
for image in ${IMAGES}/*.img; do
  [ -e "$image" ] || continue
  while device=$(losetup --associated "$image" --output NAME --noheadings) && [ -n "$device" ]; do
    losetup --detach $device 2>/dev/null || true
    attempts=$((attempts + 1))
    [ $attempts -lt ${UNMOUNT_ATTEMPTS} ] || { echo "$device is still in use" >&2; exit 1; }
    [ -z "$(losetup --associated "$image")" ] || sleep 0.1
  done
  echo "loop device $image"
done`;

/**
 * Gives back the loop devices of a run: those of its disks, found by the files behind them. Its other containers go first, since they
 * hold them. @returns what was given back
 */
export async function releaseDisks(engine: Docker, run: string): Promise<string[]> {
  const image = await keeperImage(engine, run);
  if (image === undefined) return [];
  const name = nameOf(run, KEEPER);
  const containers = await engine.listContainers({ all: true, filters: labelFilter(run) });
  await Promise.all(
    containers
      .filter(({ Names }) => !Names.includes(`/${name}`))
      .map(({ Id }) => unlessAlready(engine.getContainer(Id).remove({ force: true, v: true }), 404, 409)),
  );
  const isThere = containers.some(({ Names }) => Names.includes(`/${name}`));
  const keeper = isThere ? engine.getContainer(name) : await startKeeper(engine, run, image);
  await unlessAlready(keeper.start(), 304);
  const text = await mustRunIn(keeper, ["sh", "-c", DETACH]);
  return text.split("\n").filter((line) => line !== "");
}

/** Of the volume with the files behind the disks; `undefined`: the run has no disks. */
async function keeperImage(engine: Docker, run: string): Promise<string | undefined> {
  try {
    const { Labels } = await engine.getVolume(nameOf(run, KEEPER)).inspect();
    return Labels?.[KEEPER_IMAGE_LABEL];
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
