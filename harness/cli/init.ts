import { stdout } from "node:process";
import { Command } from "commander";
import { scaffolds } from "./init/registry.ts";
import { lookUp } from "./nearest.ts";

/** `riftcheck init [what] [name]`: without a word it lists what there is. */
export function initCommand(): Command {
  return new Command("init")
    .description("write the beginning of something of your own, such as a store with a test")
    .argument("[what]", Object.keys(scaffolds).join(", "))
    .argument("[name]", "its name: that of the file, and of the folder unless --in says another")
    .option("--in <folder>", "where the files go: an empty or new folder (default: one of that name, here)")
    .action((what: string | undefined, name: string | undefined, flags: { readonly in?: string }) => {
      if (what === undefined) {
        for (const { command, summary } of Object.values(scaffolds)) stdout.write(`${command}  ${summary}\n`);
        return;
      }
      const scaffold = lookUp("thing to begin", what, scaffolds);
      stdout.write(`${scaffold.write(name ?? scaffold.defaultName, flags.in).join("\n")}\n`);
    });
}
