import type { ClockControl, Strobe } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { mustRunIn } from "./exec.ts";
import type { Pod } from "./pod.ts";

/** Folder that a node's holder and its processes share: the library that is preloaded, and a page for each process. */
export const CLOCK_FOLDER = "/opt/riftcheck";

const pageOf = (process: string): string => `${CLOCK_FOLDER}/${process}.clock`;
const STROBE = `${CLOCK_FOLDER}/strobe`;

/** What makes a process see the clock of its page. */
export const clockEnvironment = (process: string): Readonly<Record<string, string>> => ({
  LD_PRELOAD: `${CLOCK_FOLDER}/clock.so`,
  RIFTCHECK_CLOCK: pageOf(process),
});

/** Any store asks for the time within moments: heartbeats, timers, logs. */
const READS_WITHIN = 10 * SECOND;
const READS_POLL = 200 * MILLISECOND;

/**
 * The clocks of processes that ask the C library for the time: a preloaded library answers with what a page of memory says, and
 * the node's holder writes that page (docker/faults/clock-shim.c). They outlive the processes.
 */
export class DockerClocks implements ClockControl {
  readonly #pods: ReadonlyMap<string, Pod>;
  readonly #runtime: Runtime;
  /** By node: strobes in force. */
  readonly #strobes = new Map<string, Strobe>();

  constructor(pods: ReadonlyMap<string, Pod>, runtime: Runtime) {
    this.#pods = pods;
    this.#runtime = runtime;
  }

  /**
   * Confirms that every process reads the time through its page.
   * @throws HarnessError `setup-failed` if one does not: it asks the kernel without the C library, as Go's programs do
   */
  async verify(): Promise<void> {
    const deadline = this.#runtime.now() + READS_WITHIN;
    for (const [node, pod] of this.#pods) {
      for (;;) {
        const shown = await this.#show(node);
        const deaf = pod.processes.filter((_, i) => shown[i]?.reads === 0).map(({ name }) => name);
        if (deaf.length === 0) break;
        if (this.#runtime.now() > deadline)
          throw new HarnessError(
            "setup-failed",
            `the clock of ${deaf.join(" and ")} on ${node} cannot be set: its processes do not ask the C library for the time (programs written in Go never do)`,
            { hint: "leave the faults clock-… out, for good by `unsupportedFaults` of a target of your own" },
          );
        await this.#runtime.sleep(READS_POLL);
      }
    }
  }

  /** Of the process that is off furthest: all of a node's are set together. */
  async ahead(node: string): Promise<Nanoseconds> {
    const shown = await this.#show(node);
    return shown.reduce((most, { ahead }) => (Math.abs(ahead) > Math.abs(most) ? ahead : most), 0);
  }

  async jump(node: string, by: Nanoseconds): Promise<void> {
    await this.#run(node, ["jump", String(Math.round(by))]);
  }

  async setRate(node: string, rate: number): Promise<void> {
    await this.#run(node, ["rate", String(rate)]);
  }

  async reset(node: string): Promise<void> {
    await this.#strobes.get(node)?.calm();
    await this.#run(node, ["reset"]);
  }

  async strobe(node: string, by: Nanoseconds, period: Nanoseconds): Promise<Strobe> {
    await this.#strobes.get(node)?.calm();
    await this.#run(node, ["strobe", String(Math.round(by)), String(Math.round(period)), STROBE]);
    let flips: Promise<number> | undefined;
    const strobe: Strobe = {
      calm: () => {
        flips ??= this.#run(node, ["calm", STROBE]).then(Number);
        this.#strobes.delete(node);
        return flips;
      },
    };
    this.#strobes.set(node, strobe);
    return strobe;
  }

  async reads(node: string): Promise<number> {
    return (await this.#show(node)).reduce((sum, { reads }) => sum + reads, 0);
  }

  async #show(node: string): Promise<readonly { readonly ahead: Nanoseconds; readonly reads: number }[]> {
    const text = await this.#run(node, ["show"]);
    return text
      .trim()
      .split("\n")
      .map((line) => {
        const [ahead, , reads] = line.split(" ").map(Number);
        return { ahead: ahead ?? 0, reads: reads ?? 0 };
      });
  }

  async #run(node: string, command: readonly string[]): Promise<string> {
    const pod = this.#pods.get(node);
    if (pod === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    const pages = pod.processes.map(({ name }) => pageOf(name));
    try {
      return await mustRunIn(pod.holder, ["riftcheck-clock", ...command, ...pages]);
    } catch (cause) {
      throw new HarnessError("fault-failed", `clock of ${node}: ${messageOf(cause)}`, { cause });
    }
  }
}
