import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import type Docker from "dockerode";
import { HarnessError, messageOf } from "#core/errors";
import {
  addressIn,
  type AddressRange,
  formatRange,
  freeRanges,
  parseRange,
  parseRoutes,
} from "./address-range.ts";
import { labelsOf, nameOf } from "./labels.ts";
import { statusOf } from "./replies.ts";

/** Offsets in the run's range: the host is the gateway, nodes follow in order. */
const GATEWAY_OFFSET = 1;
const FIRST_NODE_OFFSET = 11;
const MAX_NODES = 200;

/** Another run may take the range between looking and creating; after this many the trouble is another. */
const ATTEMPTS = 20;

/** Names the container that this process runs in, if that is to join the networks of its runs. */
export const CONTROL_CONTAINER = "RIFTCHECK_CONTROL_CONTAINER";

export interface RunNetwork {
  readonly id: string;
  readonly name: string;
  readonly range: string;
  /** IPv4 address that clients' packets come from: the host's, or that of the container that controls the run. */
  readonly clients: string;
  /** IPv4 address of each node. */
  readonly addresses: ReadonlyMap<string, string>;
}

/**
 * Makes the run's private bridge network on an address range that neither Docker nor the host uses. Runs that start at
 * the same moment may choose the same range: the engine refuses the second, which then takes another.
 */
export async function createNetwork(
  engine: Docker,
  run: string,
  nodes: readonly string[],
): Promise<RunNetwork> {
  if (nodes.length > MAX_NODES)
    throw new HarnessError("usage", `at most ${MAX_NODES} nodes, not ${nodes.length}`);
  const name = nameOf(run);
  const seed = createHash("sha256").update(run).digest().readUInt32LE(0);
  let refusal: unknown;
  let attempts = 0;
  for (const range of freeRanges(await usedRanges(engine), seed)) {
    if (++attempts > ATTEMPTS) break;
    try {
      const { id } = await engine.createNetwork(networkOptions(name, run, range));
      const control = process.env[CONTROL_CONTAINER];
      if (control !== undefined) await engine.getNetwork(id).connect({ Container: control });
      const clients =
        control === undefined ? addressIn(range, GATEWAY_OFFSET) : await addressOf(engine, id, control);
      return { id, name, range: formatRange(range), clients, addresses: addressesIn(range, nodes) };
    } catch (error) {
      if (!isOverlap(error)) throw error;
      refusal = error;
    }
  }
  throw new HarnessError(
    "setup-failed",
    `no free address range for the run's network: ${refusal === undefined ? "10.64.0.0/10 is full" : messageOf(refusal)}`,
    { cause: refusal, hint: "riftcheck clean removes the networks of earlier runs" },
  );
}

/** Of a container, by name or id, on a network. */
async function addressOf(engine: Docker, network: string, container: string): Promise<string> {
  const { Networks } = (await engine.getContainer(container).inspect()).NetworkSettings;
  const address = Object.values(Networks).find(({ NetworkID }) => NetworkID === network)?.IPAddress;
  if (address === undefined)
    throw new HarnessError("internal", `${container} has no address on the run's network`);
  return address;
}

/** `Internal`: the nodes reach one another and the host, nothing else; nothing else reaches them. */
function networkOptions(name: string, run: string, range: AddressRange): Docker.NetworkCreateOptions {
  return {
    Name: name,
    Driver: "bridge",
    Internal: true,
    CheckDuplicate: true,
    IPAM: { Config: [{ Subnet: formatRange(range), Gateway: addressIn(range, GATEWAY_OFFSET) }] },
    Labels: labelsOf(run),
  };
}

function addressesIn(range: AddressRange, nodes: readonly string[]): ReadonlyMap<string, string> {
  return new Map(nodes.map((node, i) => [node, addressIn(range, FIRST_NODE_OFFSET + i)]));
}

/** The engine's words for a range that another network has; 409 is a network of the same name. */
const isOverlap = (error: unknown): boolean =>
  statusOf(error) !== 409 && /overlap|address space/i.test(messageOf(error));

async function usedRanges(engine: Docker): Promise<AddressRange[]> {
  const networks = await engine.listNetworks();
  const texts = networks.flatMap((network) =>
    (network.IPAM?.Config ?? []).map((entry) => entry.Subnet ?? ""),
  );
  for (const addresses of Object.values(networkInterfaces()))
    for (const address of addresses ?? []) if (address.cidr !== null) texts.push(address.cidr);
  const ranges = texts.map(parseRange).filter((range) => range !== undefined);
  return [...ranges, ...hostRoutes()];
}

/** Where the control process runs on Linux; elsewhere the engine lives in a virtual machine whose routes it knows. */
function hostRoutes(): AddressRange[] {
  const file = "/proc/net/route";
  return existsSync(file) ? parseRoutes(readFileSync(file, "utf8")) : [];
}
