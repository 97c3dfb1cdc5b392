import { BlockList, isIPv4 } from "node:net";
import { messageOf } from "#core/errors";
import type { Finding } from "./finding.ts";

/** What can be asked of a Docker engine without changing anything. */
export interface Engine {
  /** Version and addresses. @throws if no engine answers */
  version(): Promise<{ readonly version: string; readonly platform: string }>;
  /** Address ranges (`172.17.0.0/16`) of the bridge network that every engine has. */
  bridgeSubnets(): Promise<readonly string[]>;
  /** References of the images that carry riftcheck's label. */
  images(): Promise<readonly string[]>;
}

/** Whether an engine answers; else the command that helps. */
export async function engineFinding(engine: Engine): Promise<Finding> {
  const base = { name: "Docker engine", neededFor: "Docker runs" } as const;
  try {
    const { version, platform } = await engine.version();
    return { ...base, ok: true, detail: `${version} (${platform})` };
  } catch (error) {
    return { ...base, ok: false, ...explain(error) };
  }
}

/** What an error of the engine's socket means, and what helps. */
export function explain(error: unknown): { detail: string; fix: string } {
  switch (codeOf(error)) {
    case "ENOENT":
      return {
        detail: "no engine: its socket does not exist",
        fix: "apt-get install -y --no-install-recommends docker.io iptables && (dockerd >/var/log/dockerd.log 2>&1 &)",
      };
    case "EACCES":
    case "EPERM":
      return {
        detail: "an engine is there, but this user may not use it",
        fix: 'sudo usermod -aG docker "$USER" && newgrp docker',
      };
    case "ECONNREFUSED":
      return {
        detail: "its socket exists, but no engine answers",
        fix: "systemctl start docker, or without systemd: dockerd >/var/log/dockerd.log 2>&1 &",
      };
    default:
      return {
        detail: messageOf(error),
        fix: "see whether `docker version` works with the same DOCKER_HOST and context",
      };
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "code" in error ? error.code : undefined;

/** Whether containers can be reached by address from here: the bridge must have an address on this machine. */
export async function bridgeFinding(engine: Engine, localAddresses: readonly string[]): Promise<Finding> {
  const base = { name: "container network", neededFor: "Docker runs" } as const;
  try {
    const subnets = await engine.bridgeSubnets();
    const local = localAddresses.find((address) => subnets.some((subnet) => contains(subnet, address)));
    if (local !== undefined)
      return { ...base, ok: true, detail: `containers are reachable through ${local}` };
    return {
      ...base,
      ok: false,
      detail: `the bridge (${subnets.join(", ") || "no subnet"}) is not on this machine: Docker Desktop or a remote engine`,
      fix: "run riftcheck on the machine of the engine",
    };
  } catch (error) {
    return { ...base, ok: false, detail: messageOf(error), fix: "see `docker network inspect bridge`" };
  }
}

function contains(subnet: string, address: string): boolean {
  const [network = "", prefix = ""] = subnet.split("/");
  const family = isIPv4(network) ? "ipv4" : "ipv6";
  const range = new BlockList();
  range.addSubnet(network, Number(prefix), family);
  return range.check(address, isIPv4(address) ? "ipv4" : "ipv6");
}

/** Which of riftcheck's images are built. None is no fault: the first run builds them. */
export async function imagesFinding(engine: Engine): Promise<Finding> {
  const base = { name: "images", neededFor: "Docker runs" } as const;
  try {
    const images = await engine.images();
    return {
      ...base,
      ok: true,
      detail: images.length > 0 ? images.join(", ") : "none yet: the first run builds them",
    };
  } catch (error) {
    return { ...base, ok: false, detail: messageOf(error), fix: "see `docker images`" };
  }
}
