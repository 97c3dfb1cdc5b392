import { imageOf } from "../../harness/cli/home-made-image.ts";
import { BUILD_SILENCE_MAX_MS, connectEngine, dockerStatus } from "../../harness/cluster/docker/engine.ts";
import { ensureImage } from "../../harness/cluster/docker/images.ts";
import { holderPlan } from "../../harness/cluster/docker/start.ts";

/** Builds the images once, before test files that run at the same time would each begin to. */
export async function setup(): Promise<void> {
  if (!(await dockerStatus()).reachable) return;
  const engine = await connectEngine(BUILD_SILENCE_MAX_MS);
  const progress = (message: string): boolean => process.stderr.write(`${message}\n`);
  for (const plan of [holderPlan(["clocks"]), { folder: "redis" }, imageOf(undefined)])
    await ensureImage(engine, plan, { progress });
}
