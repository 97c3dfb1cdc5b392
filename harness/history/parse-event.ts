import type { z } from "zod";
import type { HistoryBuilder } from "#core/history-builder";
import type { Json } from "#core/json";
import { EVENT_TYPES, FUNCTIONS, type OperationFunction } from "#core/functions";
import { eventSchema, faultEventSchema, type HistoryEvent } from "#core/operation";
import { EventProblem, type RawEvent } from "#core/raw-event";

/**
 * Reads one line as JSON, checks it against the schema and adds it: the way for every line that the scanner leaves.
 * @throws EventProblem; SyntaxError if it is no JSON
 */
export function parseEvent(line: string, raw: RawEvent, builder: HistoryBuilder): void {
  const parsed = eventSchema.safeParse(JSON.parse(line));
  if (!parsed.success) throw problemOf(parsed.error, "");
  const event = parsed.data;
  if (event.process === "nemesis") {
    addNemesisEvent(event, builder);
    return;
  }
  const f = FUNCTIONS.indexOf(event.f as OperationFunction);
  if (f === -1) throw new EventProblem("f", `one of ${FUNCTIONS.join(", ")}, but it is "${event.f}"`);
  requireExact(event.value, "value");
  requireExact(event.observed, "observed");
  requireExact(event.version, "version");
  fill(raw, event, event.process, f, builder);
  builder.add(raw);
}

function fill(raw: RawEvent, event: HistoryEvent, process: number, f: number, builder: HistoryBuilder): void {
  raw.clear();
  raw.index = event.index;
  raw.time = event.time;
  raw.process = process;
  raw.type = EVENT_TYPES.indexOf(event.type);
  raw.f = f;
  raw.final = event.final === true;
  raw.value.setJson(event.value);
  raw.version.setJson(event.version);
  raw.observed.setJson(event.observed);
  if (event.result !== undefined) raw.result = event.result ? 1 : 0;
  if (event.key !== undefined) raw.key = builder.internKey(event.key);
  if (event.session !== undefined) raw.session = builder.sessions.intern(String(event.session));
  if (event.level !== undefined) raw.level = builder.levels.intern(event.level);
  if (event.node !== undefined) raw.node = builder.nodes.intern(event.node);
  if (event.error !== undefined) raw.error = builder.errorCodes.intern(event.error.code);
}

function addNemesisEvent(event: HistoryEvent, builder: HistoryBuilder): void {
  if (event.f !== "fault") {
    builder.skip(event.index, event.time);
    builder.warn(`an event of the nemesis with f "${event.f}" was passed over (index ${event.index})`);
    return;
  }
  const fault = faultEventSchema.safeParse(event.value);
  if (!fault.success) throw problemOf(fault.error, "value");
  builder.addFault({ ...fault.data, index: event.index, time: event.time });
}

/** Integers that a `number` cannot hold would be taken for their neighbours: equal values that were not. */
function requireExact(value: Json | undefined, field: string): void {
  if (typeof value === "number") {
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      throw new EventProblem(field, "integers up to 2^53 - 1; larger ones are written as decimal strings");
    }
  } else if (value !== null && typeof value === "object") {
    for (const part of Object.values(value) as Json[]) requireExact(part, field);
  }
}

/** The first complaint of a schema as field and expectation. */
export function problemOf(error: z.ZodError, inside: string): EventProblem {
  const issue = error.issues[0];
  const path = [inside, ...(issue?.path ?? [])].filter((part) => part !== "").join(".");
  return new EventProblem(path === "" ? undefined : path, expectationOf(issue));
}

function expectationOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return "a valid event";
  return issue.message.replace(/^Invalid (input|option): expected /, "");
}
