import { randomBytes, randomInt } from "node:crypto";
import process, { hrtime } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { forbidRealTime } from "./forbid-real-time.ts";

const USES: Readonly<Record<string, () => unknown>> = {
  "Date.now": () => Date.now(),
  "new Date": () => new Date(),
  Date: () => Date(),
  "Math.random": () => Math.random(),
  "performance.now": () => performance.now(),
  setTimeout: () => setTimeout(() => undefined, 0),
  setInterval: () => clearInterval(setInterval(() => undefined, 1_000)),
  setImmediate: () => setImmediate(() => undefined),
  "crypto.randomUUID": () => crypto.randomUUID(),
  "crypto.getRandomValues": () => crypto.getRandomValues(new Uint8Array(1)),
  "process.hrtime": () => process.hrtime(),
  "hrtime by name": () => hrtime(),
  "process.uptime": () => process.uptime(),
  "Temporal.Now": () =>
    (Reflect.get(globalThis, "Temporal") as { Now: { instant(): unknown } }).Now.instant(),
  "node:crypto randomBytes": () => randomBytes(1),
  "node:crypto randomInt": () => randomInt(2),
  "node:timers/promises": () => sleep(0),
  "AbortSignal.timeout": () => AbortSignal.timeout(1),
};

test.each(Object.entries(USES))("%s throws while forbidden and works again afterwards", (_name, use) => {
  const forbidden = forbidRealTime();
  let thrown: unknown;
  try {
    use();
  } catch (error) {
    thrown = error;
  } finally {
    forbidden[Symbol.dispose]();
  }
  expect(String(thrown)).toContain("was used in a simulation");
  expect(use).not.toThrow();
});

test("dates of given moments stay allowed", () => {
  using _real = forbidRealTime();
  expect(new Date(0).toISOString()).toBe("1970-01-01T00:00:00.000Z");
});
