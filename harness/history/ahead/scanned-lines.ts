import type { EventWords } from "./event-words.ts";
import type { NamesByKind } from "./foreign-names.ts";

/** Events of lines that follow each other. */
export interface ScannedLines {
  readonly words: EventWords;
  readonly events: number;
  /** Names that the words use from here on. */
  readonly names: NamesByKind;
}
