import type { Fault } from "#core/nemesis";
import { kill, killLeader } from "./kill.ts";
import {
  partitionHalves,
  partitionLeader,
  partitionMajority,
  partitionOne,
  partitionOneWay,
} from "./partition.ts";
import { pause, pauseLeader } from "./pause.ts";

/** Every fault by name. */
export const faults: Readonly<Record<string, Fault>> = {
  "partition-halves": partitionHalves,
  "partition-majority": partitionMajority,
  "partition-one": partitionOne,
  "partition-leader": partitionLeader,
  "partition-one-way": partitionOneWay,
  "kill-one": kill,
  "kill-leader": killLeader,
  "pause-one": pause,
  "pause-leader": pauseLeader,
};

/** Names a user gives for several faults that belong together. */
export const faultPackages: Readonly<Record<string, readonly string[]>> = {
  partition: [
    "partition-halves",
    "partition-majority",
    "partition-one",
    "partition-leader",
    "partition-one-way",
  ],
  kill: ["kill-one", "kill-leader"],
  pause: ["pause-one", "pause-leader"],
};
