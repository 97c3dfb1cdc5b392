import { expect, test } from "vitest";
import { parseStatus } from "./status.ts";

const SRVR = [
  "Zookeeper version: 3.8.0-${mvngit.commit.id}, built on 2024-06-16 10:00 UTC",
  "Latency min/avg/max: 0/0.0/0",
  "Received: 1",
  "Zxid: 0x300000007",
  "Mode: follower",
  "Node count: 5",
].join("\n");

test("what a server says of itself", () => {
  expect(parseStatus("n1", SRVR)).toEqual({
    node: "n1",
    version: "3.8.0",
    mode: "follower",
    zxid: 0x300000007n,
  });
});

test.each([
  [
    "This ZooKeeper instance is not currently serving requests\n",
    "This ZooKeeper instance is not currently serving requests",
  ],
  ["", "no answer"],
])("a server without a leader: %j", (text, problem) => {
  expect(parseStatus("n1", text)).toEqual({ node: "n1", problem });
});
