import { EventProblem } from "#core/raw-event";

const SEPARATORS = [",", "\t", ";"] as const;

/** The separator that a header line uses most. */
export function separatorOf(header: string): string {
  const counts = SEPARATORS.map((separator) => header.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ",";
}

/** Whether a text opens or closes a quote that spans lines. */
export function turnsQuote(text: string): boolean {
  let quotes = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) quotes++;
  return quotes % 2 === 1;
}

/** The fields of one record (RFC 4180); white space around unquoted ones is left out. @throws EventProblem */
export function csvFields(text: string, separator: string): string[] {
  if (!text.includes('"')) return text.split(separator).map((field) => field.trim());
  const fields: string[] = [];
  let at = 0;
  while (at <= text.length) {
    const quote = /^\s*"/.exec(text.slice(at, at + 100));
    if (quote === null) {
      const end = text.indexOf(separator, at);
      const stop = end === -1 ? text.length : end;
      fields.push(text.slice(at, stop).trim());
      at = stop + 1;
    } else {
      const { value, end } = quoted(text, at + quote[0].length, separator);
      fields.push(value);
      at = end + 1;
    }
  }
  return fields;
}

/** A quoted field whose quote was passed; `end` is at the separator behind it. */
function quoted(text: string, start: number, separator: string): { value: string; end: number } {
  let close = text.indexOf('"', start);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close === -1) throw new EventProblem(undefined, "a quote that is closed");
  const next = text.indexOf(separator, close + 1);
  const end = next === -1 ? text.length : next;
  if (text.slice(close + 1, end).trim() !== "") {
    throw new EventProblem(undefined, `"${separator === "\t" ? "tab" : separator}" behind a quoted field`);
  }
  return { value: text.slice(start, close).replaceAll('""', '"'), end };
}
