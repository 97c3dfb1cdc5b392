import { EventProblem } from "#core/raw-event";

/** Values of recorders are a few levels deep; whatever walks over them recursively must not run out of stack. */
export const MAX_DEPTH = 500;

const QUOTE = 34;
const BACKSLASH = 92;

/** @throws EventProblem if the brackets of a JSON text are nested deeper than MAX_DEPTH */
export function refuseDeepJson(text: string): void {
  if (text.length <= 2 * MAX_DEPTH) return;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) inString = !inString;
    else if (inString) {
      if (char === BACKSLASH) at++;
    } else if (char === 91 || char === 123) {
      depth++;
      if (depth > MAX_DEPTH) throw tooDeep();
    } else if (char === 93 || char === 125) depth--;
  }
}

export const tooDeep = (): EventProblem =>
  new EventProblem(undefined, `values nested at most ${MAX_DEPTH} deep`);
