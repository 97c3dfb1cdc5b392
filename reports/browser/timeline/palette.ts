/** Names of the page's colour variables that the timeline paints with. */
const NAMES = [
  "read",
  "write",
  "fail",
  "info",
  "broken",
  "band",
  "fault",
  "ink",
  "soft",
  "muted",
  "line",
  "card",
  "lane",
] as const;
export type Palette = Readonly<Record<(typeof NAMES)[number], string>>;

/** The colours as they are now, light or dark: a canvas does not know variables, so a probe resolves them. */
export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  host.append(probe);
  const colours = NAMES.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(colours) as Palette;
}

/** A colour as a canvas stores it: red, green, blue, opaque, from the lowest byte up. */
export function pixelColour(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0;
}
