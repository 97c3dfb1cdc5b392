import { describe, expect, test } from "vitest";
import { MILLISECOND, SECOND } from "#core/units";
import { workloads } from "../../workloads/registry.ts";
import { caseSchema } from "./case.ts";
import { simulateCase } from "./simulate-case.ts";
import { losingCase } from "./testing/cases.ts";

describe("a case", () => {
  test("gives the same history every time, also as a script and after being written as JSON", async () => {
    const first = await simulateCase(losingCase());
    expect(first.history.length).toBeGreaterThan(50);
    expect((await simulateCase(losingCase())).lines).toBe(first.lines);
    const read = caseSchema.parse(JSON.parse(JSON.stringify(first.scripted)));
    expect(read.load.kind).toBe("scripted");
    expect((await simulateCase(read)).lines).toBe(first.lines);
  });

  test("another seed, another history", async () => {
    const { lines } = await simulateCase(losingCase());
    expect((await simulateCase(losingCase({ seed: "8" }))).lines).not.toBe(lines);
  });

  test("is judged by its expectations", async () => {
    const { verdict } = await simulateCase(losingCase());
    expect(verdict.valid).toBe(false);
    expect(verdict.anomalies.map(({ type }) => type)).toContain("lost-element");
    const majority = losingCase({ targetOptions: { replication: "majority", readFrom: "primary" } });
    expect((await simulateCase(majority)).verdict.valid).toBe(true);
  });

  test("deliveries by priority are repeatable and differ from those by chance", async () => {
    const network = { priorities: { changes: 3, deliveries: 200, spread: 50 * MILLISECOND } };
    const first = await simulateCase(losingCase({ network }));
    expect((await simulateCase(losingCase({ network }))).lines).toBe(first.lines);
    expect((await simulateCase(losingCase())).lines).not.toBe(first.lines);
  });

  test("a fault that is over before it could begin is healed at once", async () => {
    const schedule = [
      { id: 1, at: SECOND, for: MILLISECOND, fault: "partition-leader", on: ["leader"], parameters: {} },
    ];
    const { history } = await simulateCase(losingCase({ schedule }));
    expect(history.faults.map(({ phase }) => phase)).toEqual(["start", "started", "healing", "healed"]);
    expect(history.faults.at(-1)!.time - history.faults[0]!.time).toBeGreaterThan(MILLISECOND);
  });

  test("says which option the target does not take", async () => {
    const targetOptions = { replication: "sometimes" };
    await expect(simulateCase(losingCase({ targetOptions }))).rejects.toThrow(/option "replication"/);
  });
});

test("a key with a single writer keeps it when a write is indefinite and the client goes on as another process", async () => {
  const session = workloads["session"]!;
  const write = (at: number, key: string, value: number) =>
    ({ at, client: 0, f: "write", key, value, object: "register" }) as const;
  const one = losingCase({
    workload: "session",
    objects: [...session.objects],
    clients: 1,
    nodes: ["n1"],
    schedule: [{ id: 1, at: 500 * MILLISECOND, for: SECOND, fault: "pause-one", on: ["n1"], parameters: {} }],
    operationTimeout: 200 * MILLISECOND,
    load: {
      kind: "scripted",
      operations: [
        write(0, "x", 1),
        write(600 * MILLISECOND, "x", 2),
        write(2 * SECOND, "x", 3),
        write(2 * SECOND, "y", 1),
      ],
      finalReads: [],
    },
  });
  const { lines } = await simulateCase(one);
  const invoked = lines
    .split("\n")
    .filter((line) => line.includes('"invoke"'))
    .map((line) => JSON.parse(line) as { process: number; key: string; value: number })
    .map(({ process, key, value }) => `${process} ${key}=${value}`);
  expect(invoked).toEqual(["0 x=1", "0 x=2", "1 y=1"]);
});
