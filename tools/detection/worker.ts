import { parentPort, workerData } from "node:worker_threads";
import { assert } from "#core/errors";
import type { ScriptedCase } from "../../harness/hunt/case.ts";
import type { BugName } from "../../targets/eventual/bugs/names.ts";
import { bugs } from "../../targets/eventual/bugs/registry.ts";
import { eventual } from "../../targets/eventual/target.ts";
import { type Examination, examine } from "./examine.ts";
import type { DetectionRecord } from "./records.ts";

/** From a thread of the matrix: how far it is, or all about one bug. */
export type MatrixReply =
  | { readonly type: "progress"; readonly bug: BugName; readonly words: string }
  | { readonly type: "done"; readonly record: DetectionRecord; readonly smallest: ScriptedCase | undefined };

/** A thread of the matrix: examines the bugs whose names it is sent, one after the other. */
const port = parentPort;
assert(port !== null, "the worker of the matrix runs in a thread of its own");
const reply = (message: MatrixReply): void => port.postMessage(message);

let last: Promise<void> = Promise.resolve();
port.on("message", (bug: BugName) => {
  last = last.then(async () => {
    const say = (words: string): void => reply({ type: "progress", bug, words });
    reply({ type: "done", ...(await examine(bugs[bug], eventual, workerData as Examination, say)) });
  });
});
