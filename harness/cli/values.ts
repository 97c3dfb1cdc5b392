import { HarnessError } from "#core/errors";
import { formatBytes, type Nanoseconds, parseBytes, parseDuration } from "#core/units";
import { MODELS } from "#core/models";
import type { Expectation, Model, StalenessBound } from "#core/verdict";
import { unknownName } from "./nearest.ts";

/** @throws HarnessError `usage` */
export function durationFlag(flag: string, text: string): Nanoseconds {
  const ns = parseDuration(text);
  if (ns === undefined || ns <= 0)
    throw new HarnessError("usage", `${flag}: expected a duration such as 60s or 500ms, got "${text}"`);
  return ns;
}

/** Bytes. @throws HarnessError `usage` */
export function bytesFlag(flag: string, text: string, minimum: number): number {
  const bytes = parseBytes(text);
  if (bytes === undefined || bytes < minimum) {
    const least = formatBytes(minimum);
    throw new HarnessError("usage", `${flag}: expected a size such as 2GB, at least ${least}, got "${text}"`);
  }
  return bytes;
}

/** @throws HarnessError `usage` */
export function numberFlag(flag: string, text: string, minimum: number): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < minimum) {
    throw new HarnessError("usage", `${flag}: expected a number of at least ${minimum}, got "${text}"`);
  }
  return value;
}

/** @throws HarnessError `usage` */
export function integerFlag(flag: string, text: string, minimum: number): number {
  const value = numberFlag(flag, text, minimum);
  if (!Number.isInteger(value))
    throw new HarnessError("usage", `${flag}: expected a whole number, got "${text}"`);
  return value;
}

const KINDS: readonly Expectation["is"][] = ["holds", "may-break", "breaks"];

/**
 * `model,model@level,model=may-break,…`; `bounded-staleness<=5s`, `bounded-staleness<=3versions`; `none`: nothing is expected.
 * @throws HarnessError `usage`, `unknown-name`
 */
export function expectationsFlag(text: string): Expectation[] {
  if (text.trim() === "none") return [];
  const expectations = text.split(",").map((part) => expectationOf(part.trim()));
  if (expectations.filter(({ model }) => model === BOUNDED).length > 1)
    throw new HarnessError("usage", `--expect ${text}: expected one bound of staleness`);
  return expectations;
}

const BOUNDED: Model = "bounded-staleness";

function expectationOf(part: string): Expectation {
  const [, name = "", limit, kind = "holds"] = /^([^=<]*)(?:<=([^=]*))?(?:=(.*))?$/s.exec(part) ?? [];
  const is = KINDS.find((one) => one === kind);
  if (is === undefined)
    throw new HarnessError("usage", `--expect ${part}: expected one of ${KINDS.join(", ")} after "="`);
  const [unscoped = "", level] = name.split("@", 2);
  if (level === "") throw new HarnessError("usage", `--expect ${part}: expected a level after "@"`);
  const model = modelFlag(unscoped);
  const bound = limit === undefined ? undefined : boundOf(limit);
  if ((model === BOUNDED) !== (bound !== undefined)) {
    throw new HarnessError(
      "usage",
      `--expect ${part}: expected a bound after ${BOUNDED} and after no other model: ${BOUNDED}<=5s or ${BOUNDED}<=3versions`,
    );
  }
  const scope = level === undefined ? {} : { level };
  return {
    model,
    ...scope,
    ...(bound === undefined ? {} : { bound }),
    is,
    reason: "asked for with --expect",
  };
}

/** `5s`, `3versions`. */
function boundOf(text: string): StalenessBound | undefined {
  const versions = /^(\d+)\s*versions?$/.exec(text.trim())?.[1];
  if (versions !== undefined) return { versions: Number(versions) };
  const time = parseDuration(text);
  return time === undefined ? undefined : { time };
}

/** @throws HarnessError `unknown-name` */
export function modelFlag(name: string): Model {
  const model = MODELS.find((one) => one === name);
  if (model === undefined) throw unknownName("model", name, MODELS);
  return model;
}
