import { styleText } from "node:util";

export type Style = "good" | "bad" | "unsure" | "dim" | "strong";

const FORMATS = { good: "green", bad: "red", unsure: "yellow", dim: "dim", strong: "bold" } as const;

/** Colours where the stream shows them; respects NO_COLOR and FORCE_COLOR. */
export const colours =
  (stream: NodeJS.WriteStream) =>
  (style: Style, text: string): string =>
    styleText(FORMATS[style], text, { stream });
