import { EXIT, HarnessError, messageOf } from "#core/errors";
import type { VerdictDocument } from "#core/run";

/** Checkers that contradict each other are a bug, whatever the verdict is. */
export function exitCodeOf({ valid, contradictions = [] }: VerdictDocument): number {
  if (contradictions.length > 0) return EXIT.internal;
  return valid === true ? EXIT.ok : valid === false ? EXIT.broken : EXIT.unknown;
}

/** Of several files: a broken expectation over unreadable input over unknown over ok. */
export function worstExitCode(codes: readonly number[]): number {
  const order = [EXIT.internal, EXIT.broken, EXIT.usage, EXIT.unknown];
  return order.find((code) => codes.includes(code)) ?? codes.find((code) => code !== EXIT.ok) ?? EXIT.ok;
}

/** One line for the user, a second with what helps; a stack only for bugs in riftcheck. */
export function describeError(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof HarnessError && error.code !== "internal") {
    const hint = error.hint === undefined ? "" : `\n  ${error.hint}`;
    return { text: `riftcheck: ${error.message}${hint}`, exitCode: error.exitCode };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
  return { text: `riftcheck: a bug in riftcheck: ${stack}`, exitCode: EXIT.internal };
}
