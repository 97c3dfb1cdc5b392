/** Judges one history and prints how long each part took, as JSON. Run by `bench/check.ts` in a process of its own. */
import { UNLIMITED } from "#core/budget";
import { TableHistory } from "#core/table-history";
import { checkers } from "../../checkers/registry.ts";
import { readHistory } from "../../harness/history/read-history.ts";

const [path = ""] = process.argv.slice(2);
const parts: Record<string, number> = {};
let last = performance.now();
const lap = (name: string): void => {
  const now = performance.now();
  parts[name] = now - last;
  last = now;
};

const history = await readHistory(path);
lap("read");
const bytesPerOperation = history instanceof TableHistory ? history.byteLength / history.length : Number.NaN;
for (const checker of Object.values(checkers)) {
  if (!checker.applies(history) || history.length > (checker.mostOperations ?? history.length)) continue;
  checker.check(history, UNLIMITED);
  lap(checker.name);
}
// The operating system counts in kilobytes.
const peakMegabytes = process.resourceUsage().maxRSS / 1000;
console.log(JSON.stringify({ parts, peakMegabytes, bytesPerOperation }));
