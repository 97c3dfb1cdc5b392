import type { ClockControl } from "#core/cluster";
import { HarnessError } from "#core/errors";
import { formatDuration, MILLISECOND, type Nanoseconds } from "#core/units";

/** Setting and reading a clock takes time of its own, and natural drift goes on meanwhile. */
const TOLERANCE: Nanoseconds = 200 * MILLISECOND;

/** Sets a clock forward or back and confirms it. @throws HarnessError `fault-failed` */
export async function jumpVerified(clocks: ClockControl, node: string, by: Nanoseconds): Promise<void> {
  const before = await clocks.ahead(node);
  await clocks.jump(node, by);
  const moved = (await clocks.ahead(node)) - before;
  if (Math.abs(moved - by) > Math.min(TOLERANCE, Math.abs(by) / 2))
    throw new HarnessError(
      "fault-failed",
      `the clock of ${node} moved by ${formatDuration(moved)}, not by ${formatDuration(by)}`,
    );
}

/** Where clocks were, and a way back there. */
export class ClockRestore {
  readonly #clocks: ClockControl;
  readonly #before: ReadonlyMap<string, Nanoseconds>;
  readonly #readsBefore: number | undefined;
  #reads: number | undefined;

  private constructor(
    clocks: ClockControl,
    before: ReadonlyMap<string, Nanoseconds>,
    readsBefore: number | undefined,
  ) {
    this.#clocks = clocks;
    this.#before = before;
    this.#readsBefore = readsBefore;
  }

  static async of(clocks: ClockControl, nodes: readonly string[]): Promise<ClockRestore> {
    const before = new Map<string, Nanoseconds>();
    for (const node of nodes) before.set(node, await clocks.ahead(node));
    return new ClockRestore(clocks, before, await readsOf(clocks, nodes));
  }

  /** Whether somebody looked at these clocks while they were wrong, as far as anybody counts. After `restore`. */
  get seen(): boolean {
    return this.#readsBefore === undefined || (this.#reads ?? 0) > 0;
  }

  /** How often the nodes' processes looked at their clocks meanwhile; empty where nobody counts. After `restore`. */
  get told(): { readonly reads?: number } {
    return this.#reads === undefined ? {} : { reads: this.#reads };
  }

  /**
   * Puts the clocks right and confirms it. @param lasted how long they were wrong: clocks that drift by themselves, by one
   * percent at most, went on drifting. @throws HarnessError `heal-failed`
   */
  async restore(lasted: Nanoseconds): Promise<void> {
    if (this.#readsBefore !== undefined)
      this.#reads ??= ((await readsOf(this.#clocks, [...this.#before.keys()])) ?? 0) - this.#readsBefore;
    for (const [node, before] of this.#before) {
      await this.#clocks.reset(node);
      const off = (await this.#clocks.ahead(node)) - before;
      if (Math.abs(off) > TOLERANCE + lasted / 100)
        throw new HarnessError("heal-failed", `the clock of ${node} is still ${formatDuration(off)} off`);
    }
  }
}

async function readsOf(clocks: ClockControl, nodes: readonly string[]): Promise<number | undefined> {
  if (clocks.reads === undefined) return undefined;
  let sum = 0;
  for (const node of nodes) sum += await clocks.reads(node);
  return sum;
}
