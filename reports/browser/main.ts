import type { PageData } from "../page-data.ts";
import { wireCopyButtons } from "./copy.ts";
import { createExplorer } from "./explorer/explorer.ts";
import { Folded } from "./folded.ts";
import { jsonOf } from "./page.ts";
import { Plots } from "./plots.ts";
import { followSections, openTargets } from "./sections.ts";
import { wireTheme } from "./theme.ts";
import { Tip } from "./tip.ts";

async function start(): Promise<void> {
  const data = jsonOf<PageData>("data");
  const tip = new Tip();
  wireCopyButtons();
  followSections();
  const [folded, plots] = await Promise.all([Folded.load(), Plots.load(data, tip)]);
  openTargets(folded);
  const explorer = await createExplorer(data, tip, plots);
  wireTheme(() => explorer?.repaint());
  document.documentElement.dataset["ready"] = "true";
}

void start();
