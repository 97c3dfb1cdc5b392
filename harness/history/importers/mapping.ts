import { readFileSync } from "node:fs";
import { z } from "zod";
import { HarnessError, messageOf } from "#core/errors";
import { FUNCTIONS } from "#core/functions";
import { objectSpecSchema } from "#core/operation";

/** What a column of a table can hold. */
export const MAPPED_FIELDS = [
  "process",
  "session",
  "type",
  "status",
  "f",
  "key",
  "value",
  "expected",
  "result",
  "observed",
  "version",
  "level",
  "node",
  "start",
  "end",
  "time",
  "error",
] as const;
export type MappedField = (typeof MAPPED_FIELDS)[number];

export const TIME_UNITS = ["ns", "us", "ms", "s", "iso"] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];
const TIMES: ReadonlySet<string> = new Set(["start", "end", "time"]);

/** Where a field is found, and in what unit if it is a time. */
export interface MappedColumn {
  readonly column: string;
  readonly field: MappedField;
  readonly unit: TimeUnit;
}

const columnSchema = z
  .string()
  .regex(new RegExp(`^(${MAPPED_FIELDS.join("|")})(:(${TIME_UNITS.join("|")}))?$`), {
    error: `expected a field (${MAPPED_FIELDS.join(", ")}), a time with its unit such as start:ms (${TIME_UNITS.join(", ")})`,
  });

/** How other people's columns and words become ours: the content of a mapping file. */
export const mappingSchema = z.strictObject({
  /** Column → field, times as `field:unit`. Columns of a file without a header line are numbered from 1. */
  columns: z.record(z.string(), columnSchema).default({}),
  /** Their name of a function → ours, or "skip". */
  functions: z.record(z.string(), z.enum([...FUNCTIONS, "skip"])).default({}),
  /** Their word for a type or status → ours. */
  statuses: z.record(z.string(), z.enum(["invoke", "ok", "fail", "info"])).default({}),
  /** What the keys hold, as in a header. */
  objects: z.array(objectSpecSchema).optional(),
});
export type Mapping = z.infer<typeof mappingSchema>;

/**
 * A mapping as given on the command line: `column=field,…`, or the name of a JSON file.
 * @throws HarnessError `usage`
 */
export function mappingFlag(text: string): Mapping {
  return text.includes("=") ? inlineMapping(text) : mappingFile(text);
}

function inlineMapping(text: string): Mapping {
  const columns: Record<string, string> = {};
  for (const part of text.split(",")) {
    const at = part.lastIndexOf("=");
    if (at <= 0) throw new HarnessError("usage", `--map ${part}: expected column=field`);
    columns[part.slice(0, at).trim()] = part.slice(at + 1).trim();
  }
  return validMapping({ columns }, "--map");
}

function mappingFile(path: string): Mapping {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new HarnessError(
      "usage",
      `--map ${path}: expected column=field,… or a JSON file: ${messageOf(cause)}`,
      { cause },
    );
  }
  return validMapping(json, path);
}

function validMapping(json: unknown, source: string): Mapping {
  const parsed = mappingSchema.safeParse(json);
  if (parsed.success) {
    if (Object.keys(parsed.data.columns).length > 0) mappedColumns(parsed.data);
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  throw new HarnessError(
    "usage",
    `${source}: field "${issue?.path.join(".") ?? ""}": ${issue?.message ?? ""}`,
  );
}

/** The columns of a mapping. @throws HarnessError `usage` if two columns claim one field, or what is needed is missing */
export function mappedColumns({ columns }: Mapping): MappedColumn[] {
  const mapped = Object.entries(columns).map(([column, text]): MappedColumn => {
    const [field, unit] = text.split(":") as [MappedField, TimeUnit | undefined];
    if (unit !== undefined && !TIMES.has(field)) {
      throw new HarnessError("usage", `--map ${column}=${text}: only start, end and time have a unit`);
    }
    return { column, field, unit: unit ?? "ns" };
  });
  const fields = mapped.map(({ field }) => field);
  const twice = fields.find((field, at) => fields.indexOf(field) !== at);
  if (twice !== undefined) throw new HarnessError("usage", `--map: two columns are mapped to "${twice}"`);
  requireFields(new Set(fields));
  return mapped;
}

function requireFields(fields: ReadonlySet<MappedField>): void {
  const problem = !fields.has("f")
    ? "f, the function of the operation"
    : !fields.has("process") && !fields.has("session")
      ? "process or session"
      : fields.has("start") !== fields.has("end")
        ? "start and end together: rows of whole operations have both"
        : fields.has("start") === (fields.has("type") || fields.has("time"))
          ? "either start and end (rows of whole operations) or type (rows of single events)"
          : fields.has("process") || fields.has("start")
            ? undefined
            : "process: events are paired by it";
  if (problem !== undefined) throw new HarnessError("usage", `--map: expected columns for ${problem}`);
}
