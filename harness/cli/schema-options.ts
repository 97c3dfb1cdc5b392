import { type Command, Option } from "commander";
import { z } from "zod";
import { HarnessError } from "#core/errors";

/** What the command line needs to know of one property of a zod object. */
export interface Property {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Said with `.meta({ hunt: false })`: `riftcheck hunt` leaves the option at its default unless the user sets it. */
  readonly hunt?: boolean;
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The properties of an options schema, in the order they were written. */
export function propertiesOf(schema: z.ZodType): Readonly<Record<string, Property>> {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return (json.properties ?? {}) as Record<string, Property>;
}

/** Adds one flag for each property that has a description. */
export function addSchemaOptions(command: Command, schema: z.ZodType): void {
  for (const [name, property] of Object.entries(propertiesOf(schema))) {
    if (property.description === undefined) continue;
    const flag =
      property.type === "boolean" ? `--${kebab(name)}` : `--${kebab(name)} <${placeholder(property)}>`;
    const suffix = property.default === undefined ? "" : ` (default: ${String(property.default)})`;
    const option = new Option(flag, `${property.description}${suffix}`);
    if (property.enum !== undefined) option.choices(property.enum.map(String));
    command.addOption(option);
  }
}

const placeholder = (property: Property): string =>
  property.enum !== undefined
    ? "choice"
    : property.type === "integer" || property.type === "number"
      ? "n"
      : "text";

/** The part of parsed flags that belongs to `schema`, validated. @throws HarnessError `usage` naming the flag. */
export function parseSchemaOptions<T>(schema: z.ZodType<T>, flags: Readonly<Record<string, unknown>>): T {
  const raw: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(propertiesOf(schema))) {
    const value = flags[name];
    if (value === undefined) continue;
    const numeric = property.type === "integer" || property.type === "number";
    raw[name] = numeric && typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  }
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new HarnessError(
    "usage",
    `--${kebab(String(issue?.path[0] ?? "option"))}: ${issue?.message ?? "invalid value"}`,
  );
}
