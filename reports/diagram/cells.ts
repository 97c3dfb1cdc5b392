/** East Asian wide characters and emoji take two columns of a terminal, combining marks none. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const COMBINING = /[\p{Mn}\p{Me}\ufe0f\u200d]/u;

const widthOfCharacter = (character: string): number =>
  COMBINING.test(character) ? 0 : WIDE.test(character) ? 2 : 1;

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += widthOfCharacter(character);
  return width;
}

/** A text cut to a number of columns, with `end` in place of what is left out. */
export function cut(text: string, columns: number, end: string): string {
  if (widthOf(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const character of text) {
    width += widthOfCharacter(character);
    if (width > columns - widthOf(end)) break;
    kept += character;
  }
  return columns < widthOf(end) ? "" : kept + end;
}

export const padded = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - widthOf(text)));

/** Lines of at most `columns`, broken at spaces; a longer word is cut across lines. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
    while (widthOf(line) > columns) {
      const head = cut(line, columns, "");
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line];
}
