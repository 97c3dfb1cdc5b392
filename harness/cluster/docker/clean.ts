import type Docker from "dockerode";
import { HarnessError } from "#core/errors";
import { releaseDisks } from "./disks.ts";
import { connectEngine } from "./engine.ts";
import { LABEL, labelFilter } from "./labels.ts";
import { CONTROL_CONTAINER } from "./network.ts";
import { OWNER_LABEL, ownerLives } from "./owner.ts";
import { unlessAlready } from "./replies.ts";

export interface CleanOptions {
  /** Only what belongs to this run; left out: to every run whose harness no longer runs. */
  readonly run?: string | undefined;
  /** Also runs that are under way. */
  readonly live?: boolean | undefined;
  /** Images too: the next run builds them again. */
  readonly images?: boolean | undefined;
}

/**
 * Finds and removes everything that riftcheck left behind. @returns what was removed, as `container <name>` and so on.
 * @throws HarnessError `docker-unreachable`
 */
export async function cleanLeftovers(options: CleanOptions = {}): Promise<string[]> {
  const engine = await connectEngine();
  const runs = options.run === undefined ? await runsToRemove(engine, options.live === true) : [options.run];
  const removed: string[] = [];
  for (const run of runs) removed.push(...(await removeRun(engine, run)));
  return options.images === true ? [...removed, ...(await removeImages(engine))] : removed;
}

/** The runs that something was left of: by default those whose harness was killed or has ended. */
async function runsToRemove(engine: Docker, live: boolean): Promise<string[]> {
  const filters = labelFilter();
  const { Volumes } = await engine.listVolumes({ filters });
  const labelled = [
    ...(await engine.listContainers({ all: true, filters })),
    ...(await engine.listNetworks({ filters })),
    ...(Volumes ?? []),
  ];
  const runs = labelled
    .filter(({ Labels }) => live || !ownerLives(Labels?.[OWNER_LABEL]))
    .map(({ Labels }) => Labels?.[LABEL]);
  return [...new Set(runs.filter((run) => run !== undefined))];
}

/** A container that is going away holds its network for a moment longer. */
const ATTEMPTS = 10;

/** Removes loop devices, containers, networks and volumes of one run, and confirms that none is left. */
export async function removeRun(engine: Docker, run: string): Promise<string[]> {
  const removed = new Set<string>(await releaseDisks(engine, run));
  let left: readonly Leftover[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    for (const kind of KINDS) {
      const found = await kind(engine, run);
      await Promise.all(found.map(({ remove }) => remove()));
      for (const { name } of found) removed.add(name);
    }
    left = (await Promise.all(KINDS.map((kind) => kind(engine, run)))).flat();
    if (left.length === 0) return [...removed];
  }
  const names = left.map(({ name }) => name).join(", ");
  throw new HarnessError("setup-failed", `cannot be removed: ${names}`, { hint: "riftcheck clean" });
}

interface Leftover {
  readonly name: string;
  /** Harmless if it is gone, or is going, already. */
  remove(): Promise<void>;
}

type Kind = (engine: Docker, run: string) => Promise<Leftover[]>;

const containers: Kind = async (engine, run) => {
  const found = await engine.listContainers({ all: true, filters: labelFilter(run) });
  return found.map(({ Id, Names }) => ({
    name: `container ${(Names[0] ?? Id).replace(/^\//, "")}`,
    remove: () => unlessAlready(engine.getContainer(Id).remove({ force: true, v: true }), 404, 409),
  }));
};

const networks: Kind = async (engine, run) => {
  const found = await engine.listNetworks({ filters: labelFilter(run) });
  // 403: a container that is going away still holds it.
  return found.map(({ Id, Name }) => ({
    name: `network ${Name}`,
    remove: async () => {
      const control = process.env[CONTROL_CONTAINER];
      if (control !== undefined)
        await unlessAlready(
          engine.getNetwork(Id).disconnect({ Container: control, Force: true }),
          403,
          404,
          500,
        );
      await unlessAlready(engine.getNetwork(Id).remove(), 403, 404, 409);
    },
  }));
};

const volumes: Kind = async (engine, run) => {
  const { Volumes } = await engine.listVolumes({ filters: labelFilter(run) });
  return (Volumes ?? []).map(({ Name }) => ({
    name: `volume ${Name}`,
    remove: () => unlessAlready(engine.getVolume(Name).remove(), 404, 409),
  }));
};

/** In this order: a network is held by its containers, a volume too. */
const KINDS: readonly Kind[] = [containers, networks, volumes];

/** Images that others are built on go last: begins again as long as something goes. */
async function removeImages(engine: Docker): Promise<string[]> {
  const removed: string[] = [];
  for (;;) {
    const images = await engine.listImages({ filters: labelFilter() });
    if (images.length === 0) return removed;
    const before = removed.length;
    for (const { Id, RepoTags } of images) {
      const remove = async () => {
        await engine.getImage(Id).remove({ force: true });
        const tag = RepoTags?.find((name) => name !== "<none>:<none>");
        removed.push(`image ${tag ?? Id.slice(0, 19)}`);
      };
      await unlessAlready(remove(), 404, 409);
    }
    if (removed.length === before)
      throw new HarnessError("setup-failed", `${images.length} images are in use and cannot be removed`);
  }
}
