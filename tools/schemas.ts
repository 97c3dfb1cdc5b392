/** `npm run build:schemas`: writes the JSON schemas of everything that runs and checks leave, from the zod schemas that read them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { runRecordSchema, verdictDocumentSchema } from "../harness/core/run.ts";
import { metricsDocumentSchema } from "../harness/metrics/schema.ts";

export const SCHEMA_FOLDER = join(import.meta.dirname, "../docs/schemas");

const DOCUMENTS = {
  run: { schema: runRecordSchema, title: "run.json: a run of riftcheck, and what repeats it" },
  verdict: { schema: verdictDocumentSchema, title: "verdict.json: what a run's history shows" },
  metrics: { schema: metricsDocumentSchema, title: "metrics.json: metrics of a run with their thresholds" },
  check: { schema: verdictDocumentSchema, title: "one line of riftcheck check --json" },
} as const;

/** File name → text, as they are published. Fields that later versions add are allowed. */
export function schemaFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(DOCUMENTS).map(([name, { schema, title }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", reused: "ref" });
      return [`${name}.schema.json`, `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`];
    }),
  );
}

if (import.meta.main) {
  mkdirSync(SCHEMA_FOLDER, { recursive: true });
  for (const [name, text] of Object.entries(schemaFiles())) writeFileSync(join(SCHEMA_FOLDER, name), text);
}
