import { errors } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { OPERATION_ERRORS, OperationError } from "#core/errors";
import { refusal, requestError } from "./errors.ts";

const wrapped = (cause: Error) => new errors.RequestError(cause.message, { cause });

test.each([
  [
    "nobody listens: the request went to nobody",
    wrapped(new errors.NoRespondersError("x")),
    "unavailable",
    true,
  ],
  ["no reply", new errors.TimeoutError(), "timeout", false],
  ["closed while waiting", wrapped(new errors.ClosedConnectionError()), "connection-lost", false],
  ["closed before", new errors.ClosedConnectionError(), "connection-lost", false],
  ["something else", new Error("no responders"), "connection-lost", false],
  ["no error at all", undefined, "connection-lost", false],
] as const)("%s", (_, error, code, definite) => {
  const known = requestError(error, "n2");
  expect(known).toMatchObject({ code, node: "n2" });
  expect(OPERATION_ERRORS[known.code].definite).toBe(definite);
});

test("what is an outcome already stays it", () => {
  const error = new OperationError("rejected", "no");
  expect(requestError(error, "n1")).toBe(error);
});

test("a refused publish may have been proposed to the other replicas before", () => {
  const error = refusal({ code: 503, err_code: 10_008, description: "temporarily unavailable" }, "n1");
  expect(error.message).toBe("503 (10008) temporarily unavailable");
  expect(OPERATION_ERRORS[error.code].definite).toBe(false);
});
