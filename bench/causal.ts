/**
 * Judges causal models on histories that no stronger model decides (see `support/causal-history.ts`).
 *
 *     node bench/causal.ts [operations] [checker,…]
 *
 * Each history is made and judged in a fresh process, one checker at a time; prints what each checker took, its verdicts, and
 * the peak memory of the process, making the history included.
 */
import { execFileSync } from "node:child_process";
import { UNLIMITED } from "#core/budget";
import { checkers } from "../checkers/registry.ts";
import { causalHistory, KINDS } from "./support/causal-history.ts";

const [operations = "1000000", names = "causal", kind] = process.argv.slice(2);
const chosen = KINDS.find((one) => one === kind);
if (chosen === undefined) {
  console.log(`${operations} operations, node ${process.version}`);
  for (const one of KINDS) {
    for (const name of names.split(","))
      console.log(
        execFileSync(process.execPath, [import.meta.filename, operations, name, one])
          .toString()
          .trim(),
      );
  }
} else {
  const history = causalHistory(chosen, Number(operations));
  const began = performance.now();
  const { results } = checkers[names]!.check(history, UNLIMITED);
  const took = performance.now() - began;
  const verdicts = results.map(({ model, verdict }) => `${model} ${verdict}`).join(", ");
  const peak = process.resourceUsage().maxRSS / 1000;
  console.log(
    `${chosen.padEnd(10)} ${names.padEnd(13)} ${took.toFixed(0)} ms, ${peak.toFixed(0)} MB: ${verdicts}`,
  );
}
