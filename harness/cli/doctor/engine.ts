import { BlockList, isIPv4 } from "node:net";
import { HarnessError, messageOf } from "#core/errors";
import type { Finding } from "./finding.ts";

/** What can be asked of a Docker engine without changing anything. */
export interface Engine {
  /** Version and addresses. @throws if no engine answers */
  version(): Promise<{ readonly version: string; readonly platform: string }>;
  /** Address ranges (`172.17.0.0/16`) of the bridge network that every engine has. */
  bridgeSubnets(): Promise<readonly string[]>;
  /** References of the images that carry riftcheck's label. */
  images(): Promise<readonly string[]>;
  /** Sets a packet filter rule in a throw-away container of this image. @returns what failed, if anything */
  tryPacketFilter(image: string): Promise<string | undefined>;
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

/** What an error of the engine's socket means, and what helps; connection errors may be the cause of another. */
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
        fix: 'sudo usermod -aG docker "$USER", then log in again',
      };
    case "ECONNREFUSED":
      return {
        detail: "its socket exists, but no engine answers",
        fix: "systemctl start docker, or without systemd: dockerd >/var/log/dockerd.log 2>&1 &",
      };
    default:
      return {
        detail: messageOf(error),
        fix:
          (error instanceof HarnessError ? error.hint : undefined) ??
          "see whether `docker version` works with the same DOCKER_HOST and context",
      };
  }
}

function codeOf(error: unknown): unknown {
  if (typeof error !== "object" || error === null) return undefined;
  if (error instanceof HarnessError) return codeOf(error.cause);
  return "code" in error ? error.code : undefined;
}

/**
 * Whether containers can be reached by address from here: packets for the bridge must leave through the bridge itself.
 * `sourceTowards` tells the local address that packets to an address would carry; none is sent.
 */
export async function bridgeFinding(
  engine: Engine,
  sourceTowards: (address: string) => Promise<string | undefined>,
): Promise<Finding> {
  const base = { name: "container network", neededFor: "Docker runs" } as const;
  try {
    const subnets = await engine.bridgeSubnets();
    for (const subnet of subnets) {
      const source = await sourceTowards(addressWithin(subnet));
      if (source !== undefined && contains(subnet, source))
        return { ...base, ok: true, detail: `containers are reachable through ${source}` };
    }
    return {
      ...base,
      neededFor: "riftcheck's own tests",
      ok: false,
      detail: `the bridge (${subnets.join(", ") || "no subnet"}) is not on this machine: Docker Desktop or a remote engine`,
      fix: "nothing for runs, which are then controlled from a container; otherwise run riftcheck on the machine of the engine",
    };
  } catch (error) {
    return { ...base, ok: false, detail: messageOf(error), fix: "see `docker network inspect bridge`" };
  }
}

/** Some container's address: the bridge itself has the first one. */
function addressWithin(subnet: string): string {
  const network = subnet.split("/")[0] ?? "";
  return isIPv4(network) ? network.replace(/\d+$/, (last) => String(Number(last) + 2)) : `${network}2`;
}

function contains(subnet: string, address: string): boolean {
  const [network = "", prefix = ""] = subnet.split("/");
  const family = isIPv4(network) ? "ipv4" : "ipv6";
  const range = new BlockList();
  range.addSubnet(network, Number(prefix), family);
  return range.check(address, isIPv4(address) ? "ipv4" : "ipv6");
}

/**
 * Which of riftcheck's images are built (none is no fault: the first run builds them), and whether a container of the
 * pod's image may set packet filter rules.
 */
export async function imageFindings(engine: Engine): Promise<Finding[]> {
  const base = { name: "images", neededFor: "Docker runs" } as const;
  try {
    const images = await engine.images();
    const detail = images.length > 0 ? images.join(", ") : "none yet: the first run builds them";
    const pod = images.find((image) => image.startsWith(POD_IMAGE));
    return [
      { ...base, ok: true, detail },
      ...(pod === undefined ? [] : [await packetFilterFinding(engine, pod)]),
    ];
  } catch (error) {
    return [{ ...base, ok: false, detail: messageOf(error), fix: "see `docker images`" }];
  }
}

/** Built from `docker/pod`. */
const POD_IMAGE = "riftcheck/pod:";

async function packetFilterFinding(engine: Engine, image: string): Promise<Finding> {
  const failure = await engine.tryPacketFilter(image);
  return {
    name: "packet filter",
    neededFor: "some faults",
    ok: failure === undefined,
    detail: failure ?? "a container with NET_ADMIN can set iptables rules",
    fix: "partitions need NET_ADMIN in containers and the kernel's ip_tables or nf_tables: modprobe ip_tables",
  };
}
