import { stdout } from "node:process";
import { Command } from "commander";

/** `riftcheck clean`: removes whatever an earlier run left behind. */
export function cleanCommand(): Command {
  return new Command("clean")
    .description("remove containers, networks and volumes that earlier runs left behind")
    .option("--run <id>", "only what belongs to this run: the name of its folder")
    .option("--all", "also what belongs to runs that are under way")
    .option("--images", "also remove the images that riftcheck built")
    .action(async (flags: { run?: string; all?: boolean; images?: boolean }) => {
      const { cleanLeftovers } = await import("../cluster/docker/clean.ts");
      const removed = await cleanLeftovers({
        run: flags.run,
        live: flags.all === true,
        images: flags.images === true,
      });
      for (const item of removed) stdout.write(`removed ${item}\n`);
      if (removed.length === 0) stdout.write("nothing was left behind\n");
    });
}
