import type { ProtocolBody } from "#core/target";
import { messageOf } from "#core/errors";

/** One line of a node's standard output. */
export interface Message {
  readonly src: string;
  readonly dest: string;
  readonly body: ProtocolBody;
  /** As it was written: other nodes get it unchanged. */
  readonly line: string;
}

/** The message of a line, or what is wrong with it. */
export function readMessage(line: string): Message | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    return `expected a message as JSON on one line (${messageOf(error)})`;
  }
  if (!isObject(parsed)) return "expected a JSON object with src, dest and body";
  const { src, dest, body } = parsed;
  if (typeof src !== "string") return 'field "src": expected the name of the sender';
  if (typeof dest !== "string") return 'field "dest": expected the name of the receiver';
  if (!isObject(body)) return 'field "body": expected an object';
  return { src, dest, body: body as ProtocolBody, line };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A message as one line. */
export const lineOf = (src: string, dest: string, body: ProtocolBody): string =>
  JSON.stringify({ src, dest, body });

const MAX_SHOWN = 200;

/** A line in an error message. */
export const shown = (line: string): string =>
  line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}… (${line.length} characters)` : line;
