import type { CommandControl } from "#core/cluster";
import { HarnessError } from "#core/errors";
import type { Endpoint, Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds, SECOND } from "#core/units";
import { type CommandResult, runShell } from "./shell.ts";

/** How one fault is begun and ended on a node, and how to see whether it is in force: commands for `sh -c`. */
export interface FaultCommands {
  readonly start: string;
  /** Ends with 0 as long as the fault is in force, otherwise with something else. */
  readonly verify: string;
  readonly heal: string;
}

/** A process takes a moment to end, and one that was started to be there. */
const CONFIRM_WITHIN: Nanoseconds = 30 * SECOND;
const CONFIRM_EVERY: Nanoseconds = 200 * MILLISECOND;
/** A heal that fails is tried again: a network that is just coming back may refuse the first. */
const HEAL_ATTEMPTS = 5;

interface Begun {
  readonly fault: string;
  readonly node: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Breaks and heals a cluster by the user's commands. What was begun is known until it is seen to have ended. */
export class UserCommands implements CommandControl {
  readonly #runtime: Runtime;
  readonly #faults: Readonly<Record<string, FaultCommands>>;
  readonly #endpoints: readonly Endpoint[];
  readonly #begun = new Map<string, Begun>();

  constructor(
    runtime: Runtime,
    faults: Readonly<Record<string, FaultCommands>>,
    endpoints: readonly Endpoint[],
  ) {
    this.#runtime = runtime;
    this.#faults = faults;
    this.#endpoints = endpoints;
  }

  async begin(fault: string, nodes: readonly string[]): Promise<void> {
    await Promise.all(
      nodes.map(async (node) => {
        const begun = { fault, node, variables: this.#variables(node, nodes) };
        this.#begun.set(keyOf(begun), begun);
        const result = await runShell(this.#of(fault).start, begun.variables);
        if (result.code !== 0)
          throw failed("fault-failed", `${fault} on ${node} could not be started`, result);
        await this.#confirm(begun, true);
      }),
    );
  }

  async end(fault: string, nodes: readonly string[]): Promise<void> {
    const begun = [...this.#begun.values()].filter((one) => one.fault === fault && nodes.includes(one.node));
    await Promise.all(begun.map((one) => this.#heal(one)));
  }

  async inForce(fault: string, node: string): Promise<boolean> {
    const { variables } = this.#begun.get(keyOf({ fault, node })) ?? {
      variables: this.#variables(node, [node]),
    };
    return (await runShell(this.#of(fault).verify, variables)).code === 0;
  }

  async reset(): Promise<void> {
    await Promise.all([...this.#begun.values()].map((one) => this.#heal(one)));
  }

  async #heal(begun: Begun): Promise<void> {
    const { fault, node, variables } = begun;
    for (let attempt = 1; ; attempt++) {
      const result = await runShell(this.#of(fault).heal, variables);
      if (result.code === 0) break;
      if (attempt === HEAL_ATTEMPTS)
        throw failed(
          "heal-failed",
          `${fault} on ${node} could not be healed: the cluster is still broken`,
          result,
        );
      await this.#runtime.sleep(CONFIRM_EVERY);
    }
    await this.#confirm(begun, false);
    this.#begun.delete(keyOf(begun));
  }

  /** Waits until `verify` says so. */
  async #confirm({ fault, node, variables }: Begun, expected: boolean): Promise<void> {
    const end = this.#runtime.now() + CONFIRM_WITHIN;
    for (;;) {
      const result = await runShell(this.#of(fault).verify, variables);
      if ((result.code === 0) === expected) return;
      if (this.#runtime.now() > end) {
        const [code, what] = expected
          ? (["fault-failed", "is not in force after its start"] as const)
          : (["heal-failed", "is still in force after healing"] as const);
        throw failed(code, `${fault} on ${node} ${what}, says its verify`, result);
      }
      await this.#runtime.sleep(CONFIRM_EVERY);
    }
  }

  #of(fault: string): FaultCommands {
    const commands = this.#faults[fault];
    if (commands === undefined) throw new HarnessError("internal", `there are no commands for ${fault}`);
    return commands;
  }

  /** What commands know: the node's name and host, and the hosts of the nodes that the fault does not hit. */
  #variables(node: string, hit: readonly string[]): Readonly<Record<string, string>> {
    const others = this.#endpoints.filter((one) => !hit.includes(one.node));
    return {
      NODE: node,
      HOST: this.#endpoints.find((one) => one.node === node)?.host ?? "",
      OTHERS: others.map(({ host }) => host).join(" "),
    };
  }
}

const keyOf = ({ fault, node }: Pick<Begun, "fault" | "node">): string => JSON.stringify([fault, node]);

function failed(
  code: "fault-failed" | "heal-failed",
  message: string,
  { code: ended, output }: CommandResult,
): HarnessError {
  const how = ended === null ? "took more than a minute" : `ended with ${ended}`;
  const last = output.split("\n").at(-1) ?? "";
  return new HarnessError(code, `${message}: the command ${how}${last === "" ? "" : `: ${last}`}`);
}
