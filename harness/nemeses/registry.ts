import type { Fault } from "#core/nemesis";
import { clockDrift } from "./clock-drift.ts";
import { clockJump } from "./clock-jump.ts";
import { clockSkew } from "./clock-skew.ts";
import { clockStrobe } from "./clock-strobe.ts";
import { kill, killAll, killLeader } from "./kill.ts";
import { killRolling } from "./kill-rolling.ts";
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
import { slowNode } from "./slow-node.ts";

/** Faults that belong together, by the name a user gives for all of them. */
const PACKAGES: Readonly<Record<string, readonly Fault[]>> = {
  partition: [
    ...[partitionHalves, partitionMajority, partitionOne, partitionLeader, partitionOneWay],
    ...[partitionBridge, partitionRing, partitionRandom, partitionSwizzled, partitionClients],
  ],
  network: [packetLoss, packetDelay, packetDuplication, packetReordering, packetRate, packetHold],
  kill: [kill, killLeader, killAll, killRolling],
  pause: [pause, pauseLeader],
  slow: [slowNode],
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
