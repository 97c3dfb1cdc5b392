import type { Capabilities, Capability, Cluster } from "#core/cluster";
import { HarnessError } from "#core/errors";

/** A capability of the cluster. The command refuses runs without it before they begin. @throws HarnessError `fault-failed` */
export function capable<Name extends Capability>(cluster: Cluster, name: Name): Capabilities[Name] {
  const capabilities: Partial<Capabilities> = cluster;
  const capability = capabilities[name];
  if (capability === undefined)
    throw new HarnessError("fault-failed", `clusters in ${cluster.environment} have no ${name}`);
  return capability;
}
