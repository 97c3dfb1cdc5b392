/**
 * `node tools/quorum-reads.ts [--nodes 3|5] [--reads N]`: how many reads are certainly stale for every choice of R and W, with
 * single-writer keys, strict quorums and clocks that agree. R + W > N: none may be. Exit code 1 if one is.
 */
import { argv, stdout } from "node:process";
import { parseArgs } from "node:util";
import {
  type AgainstAcknowledged,
  QUORUM_TIME,
  readsOfQuorums,
} from "../harness/experiments/stale-by-quorum.ts";

const { values } = parseArgs({
  args: argv.slice(2),
  options: { nodes: { type: "string", default: "3" }, reads: { type: "string", default: "100000" } },
});
const [nodes, reads] = [Number(values.nodes), Number(values.reads)];

const sum = (a: AgainstAcknowledged, b: AgainstAcknowledged): AgainstAcknowledged => ({
  reads: a.reads + b.reads,
  stale: a.stale + b.stale,
  writes: a.writes + b.writes,
  failedWrites: a.failedWrites + b.failedWrites,
});

for (let r = 1; r <= nodes; r++) {
  for (let w = 1; w <= nodes; w++) {
    let all: AgainstAcknowledged = { reads: 0, stale: 0, writes: 0, failedWrites: 0 };
    for (let seed = 1; all.reads < reads; seed++)
      all = sum(all, await readsOfQuorums({ nodes, r, w, time: QUORUM_TIME, seed: String(seed) }));
    const overlap = r + w > nodes;
    if (overlap && all.stale > 0) process.exitCode = 1;
    stdout.write(
      `N=${nodes} R=${r} W=${w} ${overlap ? "overlap" : "-"}: ${all.stale} of ${all.reads} reads stale, ${all.failedWrites} of ${all.writes} writes not acknowledged\n`,
    );
  }
}
