import { describe, expect, test } from "vitest";
import { OPERATION_ERRORS } from "#core/errors";
import { commandError } from "./errors.ts";

function reply(message: string): Error {
  return Object.assign(new Error(message), { name: "ReplyError" });
}
const codeOf = (error: unknown) => commandError(error, "n1").code;

test.each([
  ["READONLY You can't write against a read only replica.", "read-only"],
  ["LOADING Redis is loading the dataset in memory", "loading"],
  ["NOREPLICAS Not enough good replicas to write.", "not-enough-replicas"],
  ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", "unavailable"],
  ["MISCONF Errors writing to the AOF file: No space left on device", "unavailable"],
  ["OOM command not allowed when used memory > 'maxmemory'.", "unavailable"],
  ["BUSY Redis is busy running a script.", "unavailable"],
  ["CLUSTERDOWN The cluster is down", "unavailable"],
  ["TRYAGAIN Multiple keys request during rehashing of slot", "unavailable"],
  ["MOVED 3999 10.0.0.1:6379", "not-leader"],
  ["ASK 3999 10.0.0.1:6379", "not-leader"],
  ["WRONGTYPE Operation against a key holding the wrong kind of value", "rejected"],
  ["NOAUTH Authentication required.", "rejected"],
])("the server refused before it did anything: %s", (message, code) => {
  expect(codeOf(reply(message))).toBe(code);
  expect(OPERATION_ERRORS[code as keyof typeof OPERATION_ERRORS].definite).toBe(true);
});

describe("what may have been executed is never definite", () => {
  test.each([
    reply("ERR something new"),
    reply("UNBLOCKED force unblock from blocking operation, instance state changed"),
    reply("EXECABORT Transaction discarded because of previous errors."),
    reply("READONLYISH no such code"),
    reply("LOADING"),
    reply(""),
    new Error("Connection is closed."),
    new Error("read ECONNRESET"),
    new Error("READONLY said by nobody"),
    new Error("Reached the max retries per request limit (which is 0)."),
    "a string",
    undefined,
  ])("%s", (error) => {
    expect(OPERATION_ERRORS[codeOf(error)].definite).toBe(false);
  });
});

test("a command that the library did not write happened to nobody", () => {
  const refused = commandError(
    new Error("Stream isn't writeable and enableOfflineQueue options is false"),
    "n2",
  );
  expect(refused).toMatchObject({ code: "not-connected", node: "n2" });
});
