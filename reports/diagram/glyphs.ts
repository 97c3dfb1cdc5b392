import type { Mark } from "./grid.ts";

/** The characters that a diagram is drawn with. */
export interface Glyphs {
  readonly marks: Readonly<Record<Mark, string>>;
  readonly arrow: string;
  readonly ellipsis: string;
  readonly dot: string;
}

export const UNICODE: Glyphs = {
  marks: { idle: "┊", busy: "│", open: "╎", start: "┌", end: "└", whole: "●" },
  arrow: "→",
  ellipsis: "…",
  dot: "·",
};

export const ASCII: Glyphs = {
  marks: { idle: ".", busy: "|", open: ":", start: "+", end: "+", whole: "*" },
  arrow: "->",
  ellipsis: "..",
  dot: "-",
};

const PLAIN: Readonly<Record<string, string>> = {
  "→": "->",
  "✓": "+",
  "✗": "x",
  "×": "x",
  "–": "-",
  "…": "..",
  "·": "-",
  "≤": "<=",
};

/** A text for terminals that know ASCII alone; what has no equivalent is written as its code. */
export const toAscii = (text: string): string =>
  text.replace(
    /[^\u0000-\u007f]/gu,
    (character) => PLAIN[character] ?? `\\u{${(character.codePointAt(0) as number).toString(16)}}`,
  );
