import { z } from "zod";
import { HarnessError } from "#core/errors";
import { SpecMatcher } from "#core/object-specs";
import { FUNCTIONS } from "#core/functions";
import {
  eventSchema,
  HISTORY_FORMAT,
  type HistoryEvent,
  type HistoryHeader,
  headerSchema,
  type ObjectType,
} from "#core/operation";
import type { RunRecord } from "#core/run";
import { type Nanoseconds, SECOND } from "#core/units";
import { poolSizeOf, usualEnding } from "../engine/run-test.ts";
import { CASE_FORMAT, type ScriptedCase, type ScriptedLoad } from "./case.ts";

/** What runs of versions that did not record it had by default. */
const USUAL_TIMEOUT = SECOND;
const USUAL_CONVERGE_WITHIN = 30 * SECOND;

/** The case that a recorded run was: the same operations at the same times, the same faults. @param lines of its history */
export function caseOfRun(record: RunRecord, lines: string): ScriptedCase {
  const { header, events } = eventsOf(lines);
  const size = poolSizeOf(record);
  const operationTimeout = record.operationTimeout ?? USUAL_TIMEOUT;
  return {
    format: CASE_FORMAT,
    kind: "case",
    riftcheck: record.riftcheck,
    target: record.module ?? record.target,
    targetOptions: record.targetOptions,
    workload: record.workload,
    workloadOptions: record.workloadOptions,
    nodes: record.nodes,
    clients: size,
    seed: record.seed,
    network: {},
    time: record.time,
    operationTimeout,
    objects: header.objects,
    load: loadOf(events, header, {
      clientOf: (process) => process % size,
      finalFrom: record.ended?.quietAt ?? 0,
    }),
    schedule: record.schedule,
    ending: usualEnding(operationTimeout),
    convergeWithin: record.convergeWithin ?? USUAL_CONVERGE_WITHIN,
    expectations: record.expectations,
  };
}

export interface HistoryScript {
  readonly header: HistoryHeader;
  readonly load: ScriptedLoad;
  readonly clients: number;
}

/**
 * The operations of any recorded history as a script: a client for each process, times from the first operation on. Clients choose
 * their nodes anew: what was recorded is who answered. @param lines JSONL
 */
export function scriptOfHistory(lines: string): HistoryScript {
  const { header, events } = eventsOf(lines);
  const processes = new Map<number, number>();
  const clientOf = (process: number): number => {
    const client = processes.get(process) ?? processes.size;
    processes.set(process, client);
    return client;
  };
  const load = loadOf(events, header, { clientOf, finalFrom: 0 });
  const begin = load.operations[0]?.at ?? 0;
  const operations = load.operations.map((operation) => {
    const { node: _answered, ...asked } = operation;
    return { ...asked, at: operation.at - begin };
  });
  return { header, load: { ...load, operations }, clients: Math.max(1, processes.size) };
}

interface Events {
  readonly header: HistoryHeader;
  readonly events: readonly HistoryEvent[];
}

/** A torn last line, as a killed harness leaves, is no event. */
function eventsOf(lines: string): Events {
  const texts = lines.split("\n").slice(0, -1);
  const [first, ...others] = texts.map((line): unknown => JSON.parse(line));
  const header = headerSchema.safeParse(first);
  if (header.success) return { header: header.data, events: z.array(eventSchema).parse(others) };
  const events = first === undefined ? [] : z.array(eventSchema).parse([first, ...others]);
  return { header: { riftcheck: HISTORY_FORMAT, objects: [] }, events };
}

interface Reading {
  clientOf(process: number): number;
  /** Final reads before this time are probes: what the script reads at the end has the order of the reads after it. */
  readonly finalFrom: Nanoseconds;
}

const functionSchema = z.enum(FUNCTIONS);

function loadOf(
  events: readonly HistoryEvent[],
  header: HistoryHeader,
  { clientOf, finalFrom }: Reading,
): ScriptedLoad {
  const matcher = new SpecMatcher(header);
  const operations: ScriptedLoad["operations"] = [];
  const finalReads = new Map<string, ScriptedLoad["finalReads"][number]>();
  for (const event of events) {
    const f = functionSchema.safeParse(event.f);
    if (event.type !== "invoke" || typeof event.process !== "number" || !f.success) continue;
    const { key, node, level, value = null } = event;
    const object: ObjectType | undefined = key === undefined ? undefined : matcher.match(key)?.type;
    const invocation = {
      f: f.data,
      value,
      ...(key === undefined ? {} : { key }),
      ...(level === undefined ? {} : { level }),
      ...(object === undefined ? {} : { object }),
    };
    if (event.final === true) {
      if (event.time >= finalFrom) finalReads.set(JSON.stringify(invocation), invocation);
    } else
      operations.push({
        at: event.time,
        client: clientOf(event.process),
        ...invocation,
        ...(node === undefined ? {} : { node }),
      });
  }
  return { kind: "scripted", operations, finalReads: [...finalReads.values()] };
}

/** @throws HarnessError `usage` where there is nothing that could be done again */
export function requireOperations({ load }: Pick<ScriptedCase, "load">, source: string): void {
  if (load.operations.length === 0)
    throw new HarnessError("usage", `${source} has no operations: there is nothing to do again`);
}
