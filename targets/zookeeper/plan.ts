import type { Endpoint } from "#core/runtime";
import type { DockerPlan, ProcessPlan } from "#core/target";
import type { ZookeeperOptions } from "./options.ts";

export const CLIENT_PORT = 2181;
const FOLLOWER_PORT = 2888;
const ELECTION_PORT = 3888;
const DATA_FOLDER = "/var/lib/riftcheck";

/** The unit of ZooKeeper's time limits. Its usual 2 s would make every failover last longer than most faults. */
const TICK_MS = 500;
/** Ticks that a follower may take to catch up when it begins, and may lag or be silent afterwards. */
const INIT_TICKS = 20;
const SYNC_TICKS = 6;
/** What connecting to a server for an election may take; while it lasts, no other is asked. The usual 5 s outlast an election. */
const ELECTION_CONNECT_MS = 2_000;

/** One server per node, all of them voters. */
export function dockerPlan(options: ZookeeperOptions, nodes: readonly Endpoint[]): DockerPlan {
  return {
    image: { folder: "zookeeper", ...(options.image === undefined ? {} : { name: options.image }) },
    ports: { client: CLIENT_PORT },
    nodes: nodes.map(({ node }, place) => ({ node, processes: [server(place + 1, zooConfig(nodes))] })),
  };
}

export const zooConfig = (nodes: readonly Endpoint[]): string =>
  [
    `tickTime=${TICK_MS}`,
    `initLimit=${INIT_TICKS}`,
    `syncLimit=${SYNC_TICKS}`,
    `dataDir=${DATA_FOLDER}`,
    `clientPort=${CLIENT_PORT}`,
    "maxClientCnxns=0",
    "4lw.commands.whitelist=srvr",
    "admin.enableServer=false",
    "quorumListenOnAllIPs=true",
    ...nodes.map(({ host }, place) => `server.${place + 1}=${host}:${FOLLOWER_PORT}:${ELECTION_PORT}`),
    "",
  ].join("\n");

/** The package's own start script is for a service of the machine; the class path is what is needed of its settings. */
function server(id: number, config: string): ProcessPlan {
  const script = [
    `mkdir -p ${DATA_FOLDER}`,
    `printf %s "$1" > ${DATA_FOLDER}/zoo.cfg`,
    `printf %s "$2" > ${DATA_FOLDER}/myid`,
    ". /etc/zookeeper/conf/environment",
    `exec java ${JAVA_FLAGS.join(" ")} -cp "$CLASSPATH:${LOGGER}" org.apache.zookeeper.server.quorum.QuorumPeerMain ${DATA_FOLDER}/zoo.cfg`,
  ].join(" && ");
  return { name: "zookeeper", command: ["sh", "-c", script, "zookeeper", config, String(id)] };
}

/** The package brings several; none of them is on its class path, and without one the server tells nothing. */
const LOGGER = "/usr/share/java/slf4j-simple.jar";

/** Small, and quick to start: three of them share a machine. */
const JAVA_FLAGS: readonly string[] = [
  "-Xmx256m",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Xshare:auto",
  "-Dorg.slf4j.simpleLogger.showDateTime=true",
  "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
  `-Dzookeeper.cnxTimeout=${ELECTION_CONNECT_MS}`,
];
