import { type HistoryHeader, headerSchema } from "#core/operation";
import { problemOf } from "../parse-event.ts";

/** How the first line of an EDN history begins that riftcheck wrote; a header, or null, follows as JSON. */
export const HEADER_COMMENT = "; riftcheck ";

/** What the comment in the first line says; undefined if there is none. @throws EventProblem */
export function headerComment(line: string): { readonly header: HistoryHeader | undefined } | undefined {
  if (!line.startsWith(HEADER_COMMENT)) return undefined;
  const parsed = headerSchema.nullable().safeParse(jsonIn(line.slice(HEADER_COMMENT.length)));
  if (!parsed.success) throw problemOf(parsed.error, "");
  return { header: parsed.data ?? undefined };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
