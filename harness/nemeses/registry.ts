import type { Fault } from "#core/nemesis";
import { clockDrift } from "./clock-drift.ts";
import { clockJump } from "./clock-jump.ts";
import { clockSkew } from "./clock-skew.ts";
import { clockStrobe } from "./clock-strobe.ts";
import { connectionReset } from "./connection-reset.ts";
import { diskFull } from "./disk-full.ts";
import { diskSlow } from "./disk-slow.ts";
import { fileFlip } from "./file-flip.ts";
import { fileTruncate } from "./file-truncate.ts";
import { kill, killAll, killLeader } from "./kill.ts";
import { killRolling } from "./kill-rolling.ts";
import { killStarting } from "./kill-starting.ts";
import { leaderTransfer } from "./leader-transfer.ts";
import { memberRemove, memberReplace } from "./member.ts";
import { packetCorruption } from "./packet-corruption.ts";
import { packetDelay } from "./packet-delay.ts";
import { packetDuplication } from "./packet-duplication.ts";
import { packetHold } from "./packet-hold.ts";
import { packetLoss } from "./packet-loss.ts";
import { packetRate } from "./packet-rate.ts";
import { packetReordering } from "./packet-reordering.ts";
import {
  partitionHalves,
  partitionLeader,
  partitionMajority,
  partitionOne,
  partitionOneWay,
} from "./partition.ts";
import { partitionBridge } from "./partition-bridge.ts";
import { partitionClients } from "./partition-clients.ts";
import { partitionRandom } from "./partition-random.ts";
import { partitionRing } from "./partition-ring.ts";
import { partitionSwizzled } from "./partition-swizzled.ts";
import { pause, pauseLeader } from "./pause.ts";
import { powerAll, powerLeader, powerOne } from "./power.ts";
import { pressureMemory, pressureProcessor } from "./pressure.ts";
import { restart, restartRolling } from "./restart.ts";
import { slowNode } from "./slow-node.ts";

/** Faults that belong together, by the name a user gives for all of them. */
const PACKAGES: Readonly<Record<string, readonly Fault[]>> = {
  partition: [
    ...[partitionHalves, partitionMajority, partitionOne, partitionLeader, partitionOneWay],
    ...[partitionBridge, partitionRing, partitionRandom, partitionSwizzled, partitionClients],
  ],
  network: [
    ...[packetLoss, packetDelay, packetDuplication, packetReordering, packetRate, packetHold],
    ...[packetCorruption, connectionReset],
  ],
  kill: [kill, killLeader, killAll, killRolling, killStarting],
  restart: [restart, restartRolling],
  pause: [pause, pauseLeader],
  slow: [slowNode, pressureProcessor, pressureMemory],
  disk: [diskFull, diskSlow],
  file: [fileTruncate, fileFlip],
  member: [memberRemove, memberReplace, leaderTransfer],
  power: [powerOne, powerLeader, powerAll],
  clock: [clockSkew, clockJump, clockDrift, clockStrobe],
};

/** Every fault by name. */
export const faults: Readonly<Record<string, Fault>> = Object.fromEntries(
  Object.values(PACKAGES)
    .flat()
    .map((fault) => [fault.name, fault]),
);

/** Names a user gives for several faults that belong together. */
export const faultPackages: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Object.entries(PACKAGES).map(([name, members]) => [name, members.map((fault) => fault.name)]),
  ),
  all: Object.keys(faults),
};
