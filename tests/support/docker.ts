import { dockerStatus } from "../../harness/cluster/docker/engine.ts";

/** Whether an engine answers. @throws Error if it must (RIFTCHECK_REQUIRE_DOCKER=1) and does not */
export async function requireDocker(): Promise<boolean> {
  const status = await dockerStatus();
  if (!status.reachable && process.env["RIFTCHECK_REQUIRE_DOCKER"] === "1") {
    throw new Error(`Docker is required here: ${status.message}`);
  }
  return status.reachable;
}
