import type { Engine } from "./engine.ts";

/** The engine that DOCKER_HOST names, else the local one. Loads dockerode, which takes a tenth of a second, when called. */
export async function dockerodeEngine(): Promise<Engine> {
  const { default: Docker } = await import("dockerode");
  const docker = new Docker();
  return {
    version: async () => {
      const { Version, Os, Arch } = await docker.version();
      return { version: Version, platform: `${Os}/${Arch}` };
    },
    bridgeSubnets: async () => {
      const { IPAM } = await docker.getNetwork("bridge").inspect();
      return (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []);
    },
    images: async () => {
      const images = await docker.listImages({ filters: { label: ["riftcheck"] } });
      return images.flatMap(({ RepoTags }) => RepoTags ?? []);
    },
  };
}
