import { wireCopyButtons } from "./copy.ts";
import { drawPlots, reportInPage } from "./plots.ts";
import { followSections, openTargets } from "./sections.ts";
import { wireTheme } from "./theme.ts";
import { createTimeline } from "./timeline/timeline.ts";
import { Tip } from "./tip.ts";

async function start(): Promise<void> {
  const data = reportInPage();
  const tip = new Tip();
  wireCopyButtons();
  followSections();
  openTargets();
  const [timeline] = await Promise.all([createTimeline(data, tip), drawPlots(data, tip)]);
  wireTheme(() => timeline?.repaint());
  document.documentElement.dataset["ready"] = "true";
}

void start();
