import type Docker from "dockerode";
import type { MachineControl } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import type { DockerDisk } from "./disk-faults.ts";
import { createProcess, type Pod, type PodProcess, podLogs, podState } from "./pod.ts";
import { unlessAlready } from "./replies.ts";

/**
 * New machines: other containers beside the same holder, which keeps the address, and empty disks. What the old containers had
 * written outside of their disks goes with them.
 */
export class DockerMachines implements MachineControl {
  readonly #engine: Docker;
  readonly #pods: ReadonlyMap<string, Pod>;
  readonly #disk: DockerDisk | undefined;

  constructor(engine: Docker, pods: ReadonlyMap<string, Pod>, disk: DockerDisk | undefined) {
    this.#engine = engine;
    this.#pods = pods;
    this.#disk = disk;
  }

  async replace(node: string, commands: Readonly<Record<string, readonly string[]>>): Promise<void> {
    const pod = this.#pods.get(node);
    if (pod === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    const state = await podState(pod);
    if (state !== "stopped")
      throw new HarnessError("fault-failed", `${node} is ${state}: only a stopped machine is replaced`);
    try {
      const logs = await podLogs(pod);
      // The disks are free only when no container has them any more.
      await Promise.all(pod.processes.map(remove));
      await this.#disk?.wipe(node);
      for (const process of pod.processes) {
        const command = commands[process.name];
        if (command !== undefined) process.plan = { ...process.plan, command };
        process.earlierLog = logs[`${node}/${process.name}.log`] ?? "";
        process.container = await createProcess(this.#engine, pod.plan, process.plan, pod.holder.id);
      }
    } catch (cause) {
      throw new HarnessError("fault-failed", `new machine for ${node}: ${messageOf(cause)}`, { cause });
    }
  }
}

const remove = ({ container }: PodProcess): Promise<void> =>
  unlessAlready(container.remove({ force: true, v: true }), 404);
