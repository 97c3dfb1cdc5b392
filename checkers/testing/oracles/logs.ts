import type { Operation } from "../operations.ts";

type Pair = readonly [offset: number, message: number];
const isOk = ({ status }: Operation): boolean => status === "ok";
const pairsOf = ({ value }: Operation): Pair[] => value as unknown as Pair[];
const pollsIn = (run: readonly Operation[]): Operation[] =>
  run.filter((one) => one.f === "poll" && isOk(one));
const sendsIn = (run: readonly Operation[]): Operation[] =>
  run.filter((one) => one.f === "send" && one.status !== "fail");

/** What somebody was told: a message at an offset. */
function told(run: readonly Operation[]): Pair[] {
  const acknowledged = sendsIn(run)
    .filter(isOk)
    .map(({ version, value }): Pair => [version as number, value as number]);
  return [...acknowledged, ...pollsIn(run).flatMap(pairsOf)];
}

const distinct = (numbers: readonly number[]): number => new Set(numbers).size;

/** How many anomalies of each type one log shows, by their definitions. */
export function logAnomalies(run: readonly Operation[]): Record<string, number> {
  const places = told(run);
  const offsets = [...new Set(places.map(([offset]) => offset))];
  const messages = [...new Set(places.map(([, message]) => message))];
  const polled = [...new Set(pollsIn(run).flatMap((poll) => pairsOf(poll).map(([, message]) => message)))];
  const sendsOf = (message: number): Operation[] => sendsIn(run).filter(({ value }) => value === message);
  return {
    "offset-conflict": offsets.filter(
      (at) => distinct(places.filter(([offset]) => offset === at).map(([, message]) => message)) > 1,
    ).length,
    "duplicate-message": messages.filter((one) => {
      const sends = sendsOf(one).length;
      const at = distinct(places.filter(([, message]) => message === one).map(([offset]) => offset));
      return sends > 0 && at > sends;
    }).length,
    "unexpected-message": polled.filter((one) =>
      pollsIn(run).some(
        (poll) =>
          pairsOf(poll).some(([, message]) => message === one) &&
          !sendsOf(one).some(({ inv }) => inv < poll.ret),
      ),
    ).length,
    "unordered-poll": pollsIn(run).filter((poll) => {
      const own = pairsOf(poll).map(([offset]) => offset);
      const sorted = [...new Set(own)].sort((a, b) => a - b);
      return own.join() !== sorted.join() || own.some((offset) => offset < (poll.version as number));
    }).length,
    "skipped-message": pollsIn(run).filter((poll) => {
      const own = pairsOf(poll).map(([offset]) => offset);
      return offsets.some(
        (offset) =>
          offset >= (poll.version as number) && own.some((other) => other > offset) && !own.includes(offset),
      );
    }).length,
  };
}

/** Acknowledged messages by what the last polls of all nodes tell of them. */
export function messagesByFate(
  run: readonly Operation[],
  nodes: readonly string[],
): { readonly lost: number; readonly open: number; readonly kept: number } {
  const last = nodes.map((name) =>
    pollsIn(run)
      .filter(({ node, final }) => final === true && node === name)
      .at(-1),
  );
  const fates = sendsIn(run)
    .filter(isOk)
    .map(({ value, version }) => {
      if (last.some((poll) => poll !== undefined && pairsOf(poll).some(([, message]) => message === value)))
        return "kept";
      const isPassed = last.every(
        (poll) =>
          poll !== undefined &&
          (poll.version as number) <= (version as number) &&
          pairsOf(poll).some(([offset]) => offset > (version as number)),
      );
      return isPassed ? "lost" : "open";
    });
  const count = (fate: string): number => fates.filter((one) => one === fate).length;
  return { lost: count("lost"), open: count("open"), kept: count("kept") };
}
