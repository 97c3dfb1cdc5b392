import type { History } from "#core/history";
import type { TextOptions } from "../../reports/text.ts";
import { colours } from "./colours.ts";
import { integerFlag } from "./values.ts";

export const ANOMALIES_HELP = "anomalies of each type to draw (default: one of each of the first four types)";

/** @throws HarnessError `usage` */
export const anomaliesFlag = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : integerFlag("--anomalies", text, 0);

/** How a result is written to a stream: in colours and beyond ASCII where the terminal shows them. */
export const textOptions = (
  stream: NodeJS.WriteStream,
  history: History,
  anomalies: number | undefined,
): TextOptions => ({
  style: colours(stream),
  history,
  ascii: !showsUnicode(process.env),
  ...(anomalies === undefined ? {} : { anomalies }),
});

/** By the locale, as POSIX orders its variables; one that says nothing about characters is taken for UTF-8. */
export function showsUnicode(environment: Readonly<Record<string, string | undefined>>): boolean {
  if (environment["TERM"] === "linux" || environment["TERM"] === "dumb") return false;
  const locale = [environment["LC_ALL"], environment["LC_CTYPE"], environment["LANG"]].find(Boolean);
  return locale === undefined || /utf-?8/i.test(locale);
}
