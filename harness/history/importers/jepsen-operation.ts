import type { Json } from "#core/json";
import { EVENT_TYPES } from "#core/functions";
import { EventProblem } from "#core/raw-event";
import { nameOf } from "./edn-scanner.ts";

/** One operation map of Jepsen as it was read. One object is reused for all. */
export class JepsenOperation {
  /** One of EVENT, -1 until set. */
  type = -1;
  process: Json | undefined;
  /** Without its colon. */
  f: string | undefined;
  value: Json | undefined;
  time: Json | undefined;
  index: Json | undefined;
  /** Porcupine's logs name the key beside the value. */
  key: Json | undefined;
  error: Json | undefined;
  node: Json | undefined;
  session: Json | undefined;
  level: Json | undefined;
  version: Json | undefined;
  observed: Json | undefined;
  result: Json | undefined;
  final: Json | undefined;

  clear(): void {
    this.type = -1;
    this.process = undefined;
    this.f = undefined;
    this.value = undefined;
    this.time = undefined;
    this.index = undefined;
    this.key = undefined;
    this.error = undefined;
    this.node = undefined;
    this.session = undefined;
    this.level = undefined;
    this.version = undefined;
    this.observed = undefined;
    this.result = undefined;
    this.final = undefined;
  }

  /** Sets the field that a keyword of the map names; others are passed over. @throws EventProblem */
  set(field: string, value: Json): void {
    switch (field) {
      case ":type":
        this.type = typeOf(value);
        break;
      case ":process":
        this.process = value;
        break;
      case ":f":
        this.f = value === null ? undefined : nameOf(value);
        break;
      case ":value":
        this.value = value;
        break;
      case ":time":
        this.time = value;
        break;
      case ":index":
        this.index = value;
        break;
      default:
        this.#setRare(field, value);
    }
  }

  #setRare(field: string, value: Json): void {
    switch (field) {
      case ":key":
        this.key = value;
        break;
      case ":error":
        this.error = value;
        break;
      case ":node":
        this.node = value;
        break;
      case ":session":
        this.session = value;
        break;
      case ":level":
        this.level = value;
        break;
      case ":version":
        this.version = value;
        break;
      case ":observed":
        this.observed = value;
        break;
      case ":result":
        this.result = value;
        break;
      case ":final":
      case ":final?":
        this.final = value;
        break;
      default:
    }
  }
}

function typeOf(value: Json): number {
  switch (value) {
    case ":invoke":
      return 0;
    case ":ok":
      return 1;
    case ":fail":
      return 2;
    case ":info":
      return 3;
    default: {
      const type = EVENT_TYPES.indexOf(value as (typeof EVENT_TYPES)[number]);
      if (type === -1) throw new EventProblem("type", `one of ${EVENT_TYPES.map((t) => `:${t}`).join(", ")}`);
      return type;
    }
  }
}

/** A keyword or text without its colon. @throws EventProblem */
export function plainName(value: Json, field: string): string {
  if (typeof value !== "string") throw new EventProblem(field, "a keyword or a text");
  return value.startsWith(":") ? value.slice(1) : value;
}
