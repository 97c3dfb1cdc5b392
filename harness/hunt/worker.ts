import { parentPort, workerData } from "node:worker_threads";
import { assert } from "#core/errors";
import { findTarget } from "../cli/find-target.ts";
import type { HunterReply, HunterRequest, HunterSettings } from "./messages.ts";
import { tryCase } from "./try-case.ts";

/** A thread of a hunt: tries the cases whose numbers it is sent, one after the other. */
const port = parentPort;
assert(port !== null, "the worker of a hunt runs in a thread of its own");
const { space, quarry } = workerData as HunterSettings;
const target = await findTarget(space.target);

let last: Promise<void> = Promise.resolve();
port.on("message", (number: HunterRequest) => {
  last = last.then(async () => {
    const reply: HunterReply = await tryCase(space, number, { target, quarry });
    port.postMessage(reply);
  });
});
