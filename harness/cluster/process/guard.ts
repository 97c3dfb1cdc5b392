import { type ChildProcess, spawn } from "node:child_process";

/**
 * Reads `+ group` and `- group` a line, and kills the groups left when its standard input ends: even a harness that was
 * killed leaves no node behind. Then it removes the folder of the nodes.
 */
const SCRIPT = `
groups=
while read -r sign group; do
  case $sign in
    +) groups="$groups $group" ;;
    -) kept=; for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done; groups=$kept ;;
  esac
done
for one in $groups; do kill -s KILL -- "-$one"; done
rm -rf -- "$1"
`;

/** A process that outlives the harness by a moment, to end the process groups it was told of. */
export class Guard implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  /** @param folder where nodes keep their data */
  constructor(folder: string) {
    this.#child = spawn("/bin/sh", ["-c", SCRIPT, "riftcheck-guard", folder], {
      // A group of its own: Ctrl-C at the terminal must not end it before the nodes.
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once("close", () => resolve());
      this.#child.once("error", () => resolve());
    });
    // Told of a group after its end, it has nothing to do any more.
    this.#child.stdin?.on("error", () => undefined);
  }

  watch(group: number): void {
    this.#child.stdin?.write(`+ ${group}\n`);
  }

  forget(group: number): void {
    this.#child.stdin?.write(`- ${group}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }
}
