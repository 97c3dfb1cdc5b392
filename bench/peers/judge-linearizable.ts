/**
 * Judges whether histories are linearizable, for the comparison with peers: for each file named, a line of JSON with the
 * verdict, the milliseconds to parse it, and those of every check. Each check is of a history parsed anew: what an earlier
 * one derived from it is not there.
 *
 *     node bench/peers/judge-linearizable.ts <seconds> <repeat> <files...>
 */
import { argv } from "node:process";
import { timeBudget } from "#core/budget";
import type { History } from "#core/history";
import { MILLISECOND, SECOND } from "#core/units";
import { checkers } from "../../checkers/registry.ts";
import { readHistory } from "../../harness/history/read-history.ts";

const [seconds = "60", repeat = "3", ...files] = argv.slice(2);
const timeout = Number(seconds) * SECOND;
const now = (): number => performance.now() * MILLISECOND;

/** Those that can say of a history that it is linearizable. */
const judges = Object.values(checkers).filter(({ name }) => name.startsWith("linearizable"));

function verdictOf(history: History): { result: string; reason?: string | undefined } {
  const results = judges
    .filter((checker) => checker.applies(history))
    .flatMap((checker) => checker.check(history, timeBudget(now, timeout, "timeout")).results);
  const [result] = results;
  return { result: result?.verdict ?? "unknown", reason: result?.reason };
}

for (const file of files) {
  const checkMs: number[] = [];
  let [parseMs, verdict] = [0, { result: "unknown" } as ReturnType<typeof verdictOf>];
  for (let i = 0; i < Number(repeat); i++) {
    const begun = performance.now();
    const history = await readHistory(file, { format: "jsonl" });
    const parsed = performance.now();
    verdict = verdictOf(history);
    checkMs.push(performance.now() - parsed);
    if (i === 0) parseMs = parsed - begun;
    if (verdict.result === "unknown") break;
  }
  console.log(JSON.stringify({ file, ...verdict, parseMs: Math.round(parseMs), checkMs }));
}
