/** The published JSON schemas say what riftcheck writes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { testRun } from "../reports/testing/documents.ts";
import { lossyRun } from "../reports/testing/lossy-run.ts";
import { SCHEMA_FOLDER, schemaFiles } from "../tools/schemas.ts";

const published = (name: string): unknown =>
  JSON.parse(readFileSync(join(SCHEMA_FOLDER, `${name}.schema.json`), "utf8"));
const accepts = (name: string, document: unknown): boolean =>
  z.fromJSONSchema(published(name) as Parameters<typeof z.fromJSONSchema>[0]).safeParse(document).success;

test("they are current: node tools/schemas.ts writes them", () => {
  const found = readdirSync(SCHEMA_FOLDER).map((name) => [
    name,
    readFileSync(join(SCHEMA_FOLDER, name), "utf8"),
  ]);
  expect(Object.fromEntries(found)).toEqual(schemaFiles());
});

const metric = {
  ...{ name: "write_error_rate", value: null, unit: "%", threshold: 0.5, alarm: "above", breached: false },
  basis: "no update",
};

describe.each<[string, object, object]>([
  ["run", testRun(), { clients: "many" }],
  ["verdict", lossyRun(200).verdict, { valid: "perhaps" }],
  ["check", lossyRun(200).verdict, { anomalies: [{ type: "bad" }] }],
  ["metrics", { format: 1, metrics: [metric], latencies: [] }, { metrics: [{ ...metric, value: "1" }] }],
])("%s", (name, document, wrong) => {
  test("takes what is written, and what a later version adds", () => {
    const written: unknown = JSON.parse(JSON.stringify(document));
    expect(accepts(name, written)).toBe(true);
    expect(accepts(name, { ...document, added: 1 })).toBe(true);
  });

  test("refuses another format and a wrong field", () => {
    expect(accepts(name, { ...document, format: 2 })).toBe(false);
    expect(accepts(name, { ...document, ...wrong })).toBe(false);
    expect(accepts(name, {})).toBe(false);
  });
});
