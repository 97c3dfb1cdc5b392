import { readFileSync, writeFileSync } from "node:fs";
import { HarnessError, messageOf } from "#core/errors";
import { type Case, CASE_FORMAT, caseSchema } from "./case.ts";

/** How the name of a regression file ends. */
export const CASE_SUFFIX = ".riftcheck.json";

/** Whether a path is named as a regression file is. */
export const isCaseFile = (path: string): boolean => path.endsWith(CASE_SUFFIX);

/** @throws HarnessError `bad-case` in one line: the file, the field and what was expected */
export function readCase(path: string): Case {
  const parsed = parse(path);
  const { format, kind } = (parsed ?? {}) as { readonly format?: unknown; readonly kind?: unknown };
  if (kind !== "case") throw new HarnessError("bad-case", `${path}: field "kind": expected "case"`);
  if (typeof format === "number" && format > CASE_FORMAT) {
    throw new HarnessError(
      "bad-case",
      `${path}: format ${format} needs a newer riftcheck (this one reads ${CASE_FORMAT})`,
    );
  }
  const result = caseSchema.safeParse(parsed);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new HarnessError(
    "bad-case",
    `${path}: field "${issue?.path.join(".") ?? ""}": ${issue?.message ?? "invalid"}`,
  );
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new HarnessError("bad-case", `${path}: expected JSON: ${messageOf(cause)}`, { cause });
  }
}

export function writeCase(path: string, one: Case): void {
  try {
    writeFileSync(path, `${legible(one, "")}\n`);
  } catch (cause) {
    throw new HarnessError("setup-failed", `cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
}

const WIDTH = 110;

/** JSON with what fits into a line on one line: each operation and each fault is a line of its own. */
function legible(value: unknown, indent: string): string {
  const short = JSON.stringify(value);
  const isParts = typeof value === "object" && value !== null;
  if (!isParts || (indent !== "" && short.length + indent.length <= WIDTH)) return short;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => `${inner}${legible(item, inner)}`)
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([name, item]) => `${inner}${JSON.stringify(name)}: ${legible(item, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${parts.join(",\n")}\n${indent}${close}`;
}
