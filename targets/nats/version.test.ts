import { expect, test } from "vitest";
import { optionsSchema } from "./options.ts";
import { hasDefects, hasSyncInterval, isOf, versionOf } from "./version.ts";

test.each([
  ["2.9.10", false, true],
  ["2.9", false, true],
  ["2.10", true, false],
  ["2.12.1", true, false],
  ["2.90", true, false],
  ["3.0", true, false],
  ["1.10", false, false],
])("%s: sync_interval %s, defects %s", (version, syncs, isDefective) => {
  expect(hasSyncInterval(version)).toBe(syncs);
  expect(hasDefects(version)).toBe(isDefective);
});

test.each([
  ["2.12.1", "2.12", true],
  ["2.12.1", "2.12.1", true],
  ["2.12.1-RC.3", "2.12.1", true],
  ["2.12.1", "2.1", false],
  ["2.9.10", "2.10", false],
  ["2.12", "2.12.1", false],
])("a server of %s is of %s: %s", (server, named, is) => {
  expect(isOf(server, named)).toBe(is);
});

test("servers that nobody names are taken for Debian's, whatever the image", () => {
  expect(versionOf(optionsSchema.parse({ image: "nats:2.12" }))).toBe("2.9.10");
  expect(versionOf(optionsSchema.parse({ serverVersion: "2.12" }))).toBe("2.12");
});
