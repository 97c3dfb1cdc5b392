import { describe, expect, test } from "vitest";
import { completionLine, faultLine, headerLine, invocationLine } from "./line.ts";
import { eventSchema, type FaultEvent, type HistoryHeader, headerSchema } from "./operation.ts";

describe("lines of a history", () => {
  test("an invocation has its fields in the order of the format and ends its line", () => {
    const line = invocationLine(0, 1203300, 3, { f: "write", key: "x", value: 41, node: "n2" });
    expect(line).toBe(
      '{"index":0,"time":1203300,"process":3,"type":"invoke","f":"write","key":"x","value":41,"node":"n2"}\n',
    );
  });

  test("a completion takes value and node of the reply, null included", () => {
    const operation = { f: "read", key: "x", value: 7, node: "n1", final: true } as const;
    const line = completionLine(5, 9, 3, "ok", operation, { value: null, node: "n2", version: 3 });
    expect(line).toBe(
      '{"index":5,"time":9,"process":3,"type":"ok","f":"read","key":"x","value":null,"node":"n2","version":3,"final":true}\n',
    );
  });

  test("a completion without a reply keeps the invocation's value and carries the error", () => {
    const line = completionLine(1, 2, 3, "info", { f: "write", key: "x", value: "v" }, undefined, {
      code: "timeout",
      message: 'no "reply"\n',
    });
    expect(JSON.parse(line)).toEqual({
      index: 1,
      time: 2,
      process: 3,
      type: "info",
      f: "write",
      key: "x",
      value: "v",
      error: { code: "timeout", message: 'no "reply"\n' },
    });
  });

  test.each(['"', "\\", "\n", "\u0000", "é", "<img src=x>", "\u2028", "{}", "😀"])("escapes %j", (text) => {
    const operation = { f: "write", key: text, value: text, node: text, level: text } as const;
    const event = eventSchema.parse(JSON.parse(invocationLine(0, 0, 0, operation)));
    expect(event).toMatchObject({ key: text, value: text, node: text, level: text });
  });

  test.each([0, -3, 1.5, 1e21, 2 ** 53, true, null, [1, "a"], { siblings: [1] }])("keeps %j", (value) => {
    const line = completionLine(0, 0, 0, "ok", { f: "read", value: null }, { value, observed: value });
    expect(JSON.parse(line)).toMatchObject({ value, observed: value });
  });

  test("a number that JSON cannot hold becomes null", () => {
    expect(JSON.parse(invocationLine(0, 0, 0, { f: "write", value: Number.NaN }))).toMatchObject({
      value: null,
    });
  });

  test("a fault is an event of the nemesis", () => {
    const value: FaultEvent = { id: 1, fault: "partition", phase: "started", nodes: ["n1"] };
    expect(eventSchema.parse(JSON.parse(faultLine(2, 3, value)))).toEqual({
      index: 2,
      time: 3,
      process: "nemesis",
      type: "info",
      f: "fault",
      value,
    });
  });

  test("the header is read back as it was", () => {
    const header: HistoryHeader = headerSchema.parse({ riftcheck: 1, concurrency: 3, nodes: ["n1"] });
    expect(headerSchema.parse(JSON.parse(headerLine(header)))).toEqual(header);
  });
});
