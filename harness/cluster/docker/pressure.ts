import type Docker from "dockerode";
import type { PressureControl } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import type { Pod } from "./pod.ts";

/** Microseconds over which processor time is shared out: the kernel's own default. */
const PERIOD_US = 100_000;
/** The kernel hands out no less. */
const QUOTA_MIN_US = 1_000;
/** The engine refuses less. */
const MEMORY_MIN = 6 << 20;
/** As good as no limit: more than machines have. Taking a limit away altogether is something older engines cannot do. */
const UNLIMITED_MEMORY = 2 ** 50;

interface Felt {
  readonly throttled: number;
  readonly refused: number;
}

/** Limits of the control groups that nodes' processes run in, set through the engine. */
export class DockerPressure implements PressureControl {
  readonly #pods: ReadonlyMap<string, Pod>;
  /** By node: what its processes had felt before. */
  readonly #before = new Map<string, number>();

  constructor(pods: ReadonlyMap<string, Pod>) {
    this.#pods = pods;
  }

  async squeezeProcessor(node: string, share: number): Promise<void> {
    this.#before.set(node, await this.#sum(node));
    const quota = Math.max(QUOTA_MIN_US, Math.round(PERIOD_US * share));
    await this.#update(node, async () => ({ CpuPeriod: PERIOD_US, CpuQuota: quota }));
  }

  async squeezeMemory(node: string, room: number): Promise<void> {
    this.#before.set(node, await this.#sum(node));
    await this.#update(node, async (container) => {
      const limit = Math.max(MEMORY_MIN, Math.round((await heldBy(container)) + room));
      return { Memory: limit, MemorySwap: limit };
    });
  }

  async felt(node: string): Promise<number> {
    return Math.max(0, (await this.#sum(node)) - (this.#before.get(node) ?? 0));
  }

  async release(node: string): Promise<void> {
    if (!this.#before.has(node)) return;
    await this.#update(node, async () => ({
      CpuPeriod: PERIOD_US,
      CpuQuota: -1,
      Memory: UNLIMITED_MEMORY,
      // With no limit (-1) older engines keep the one there is, and a kernel that counts swap refuses more memory than that.
      MemorySwap: UNLIMITED_MEMORY,
    }));
    this.#before.delete(node);
  }

  async #sum(node: string): Promise<number> {
    const felt = await Promise.all(this.#pod(node).processes.map(({ container }) => feltBy(container)));
    return felt.reduce((sum, { throttled, refused }) => sum + throttled + refused, 0);
  }

  async #update(
    node: string,
    limits: (container: Docker.Container) => Promise<Record<string, number>>,
  ): Promise<void> {
    try {
      await Promise.all(
        this.#pod(node).processes.map(async ({ container }) => container.update(await limits(container))),
      );
    } catch (cause) {
      throw new HarnessError("fault-failed", `limits of ${node}: ${messageOf(cause)}`, { cause });
    }
  }

  #pod(node: string): Pod {
    const pod = this.#pods.get(node);
    if (pod === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    return pod;
  }
}

/** `one-shot` is unknown to older engines, which wait for a second sample instead. */
const statsOf = (container: Docker.Container): Promise<Docker.ContainerStats> =>
  container.stats({ stream: false, "one-shot": true });

/** Bytes that it cannot give back: without pages of files that nobody has looked at lately, which groups of version 2 name differently. */
const heldBy = async (container: Docker.Container): Promise<number> =>
  held((await statsOf(container)).memory_stats);

/** Of a container that has just ended the engine tells nothing. */
function held({ usage = 0, stats }: Partial<Docker.MemoryStats>): number {
  const counts: Readonly<Record<string, unknown>> = { ...stats };
  return usage - Number(counts["total_inactive_file"] ?? counts["inactive_file"] ?? 0);
}

/** Periods in which it got no more processor time, and times it got no more memory or was ended for it. */
async function feltBy(container: Docker.Container): Promise<Felt> {
  const { cpu_stats: processor, memory_stats: memory } = await statsOf(container);
  const counts: Readonly<Record<string, unknown>> = { ...memory.stats };
  const reclaimed = Number(counts["pgscan"] ?? 0);
  const killed = (await container.inspect()).State.OOMKilled ? 1 : 0;
  return {
    throttled: processor?.throttling_data?.throttled_periods ?? 0,
    refused: (memory.failcnt ?? 0) + reclaimed + killed,
  };
}
