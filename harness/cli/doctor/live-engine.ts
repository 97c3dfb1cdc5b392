import type Docker from "dockerode";
import { connectEngine } from "../../cluster/docker/engine.ts";
import { labelFilter, labelsOf } from "../../cluster/docker/labels.ts";
import { demultiplex } from "../../cluster/docker/replies.ts";
import type { Engine } from "./engine.ts";

/** A container that only calls iptables ends at once; a machine under load may take some seconds to start it. */
const TRIAL_MAX_MS = 30_000;
/** Newer kernels first, as the pod's own start-up script does. */
const TRIAL = "iptables --wait -A INPUT -j DROP || iptables-legacy --wait -A INPUT -j DROP";

/** The engine that runs use: DOCKER_HOST, else the Docker context in force. Connects at each question. */
export const liveEngine: Engine = {
  version: async () => {
    const { Version, Os, Arch } = await (await connectEngine()).version();
    return { version: Version, platform: `${Os}/${Arch}` };
  },
  bridgeSubnets: async () => {
    const { IPAM } = await (await connectEngine()).getNetwork("bridge").inspect();
    return (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []);
  },
  images: async () => {
    const images = await (await connectEngine()).listImages({ filters: labelFilter() });
    return images.flatMap(({ RepoTags }) => RepoTags ?? []).sort();
  },
  tryPacketFilter: async (image) => await tryPacketFilter(await connectEngine(), image),
};

/** Sets one rule in a container without any network, as a fault would, and removes the container. */
async function tryPacketFilter(engine: Docker, image: string): Promise<string | undefined> {
  const container = await engine.createContainer({
    Image: image,
    Cmd: ["sh", "-c", TRIAL],
    Labels: labelsOf("doctor"),
    HostConfig: { NetworkMode: "none", CapAdd: ["NET_ADMIN"] },
  });
  try {
    await container.start();
    const { StatusCode } = await container.wait({ abortSignal: AbortSignal.timeout(TRIAL_MAX_MS) });
    if (StatusCode === 0) return undefined;
    const { stdout, stderr } = demultiplex(await container.logs({ stdout: true, stderr: true }));
    return (stderr || stdout).trim().split("\n").at(-1) ?? `iptables ended with ${StatusCode}`;
  } finally {
    await container.remove({ force: true, v: true });
  }
}
