import { describe, expect, test } from "vitest";
import { reportData } from "../data.ts";
import type { ReportData } from "../schema.ts";
import { testVerdict } from "../testing/documents.ts";
import { testHistory } from "../testing/history.ts";
import { lossyRun } from "../testing/lossy-run.ts";
import { culprit } from "./culprit.ts";
import { latticePicture } from "./lattice.ts";
import { availabilitySection, plainVerdict } from "./story.ts";
import { html } from "../markup.ts";

const lossy = reportData(lossyRun(6_000));
const bare = reportData({ verdict: testVerdict({ valid: "unknown" }), history: testHistory([]) });
const textOf = (data: ReportData): string =>
  html`${availabilitySection(data, new Map()).body}`.text.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

describe("the verdict in plain words", () => {
  test("says which promise broke", () => {
    expect(plainVerdict(lossy)).toBe(
      "The store does not do what it promises. It promised: “What was acknowledged or shown to somebody stays.” This run shows that it does not.",
    );
  });

  test("claims nothing where nothing was asked, promised or decided", () => {
    expect(plainVerdict(bare)).toBe("Nothing was asked of the store, so nothing is known about it.");
    const unpromised = { ...lossy, promises: [] };
    expect(plainVerdict(unpromised)).toContain("promised nothing");
    const undecided = lossy.promises.map((each) => ({ ...each, outcome: "undecided" as const }));
    expect(plainVerdict({ ...lossy, promises: undecided })).toContain(
      "none of its 2 promises could be decided",
    );
  });
});

describe("promises that held", () => {
  const [promise] = lossy.promises;
  if (promise === undefined) throw new Error("no promise");
  const kept = [{ ...promise, model: "convergence" as const, outcome: "met" as const }];

  test("are no praise for what was lost without a promise", () => {
    expect(plainVerdict({ ...lossy, promises: kept, outcome: "holds" })).toMatch(
      /^The store kept its one promise in this run, but it promises little\. It lost \d+(\.\d+)? % of what it had acknowledged, which it never promised to keep\.$/,
    );
  });

  test("are not said to be kept by a run that proves nothing", () => {
    expect(plainVerdict({ ...lossy, promises: kept, set: null, outcome: "unknown" })).toBe(
      "No promise was seen to break, but this run proves nothing about the store’s 1 promise.",
    );
  });
});

describe("the cause on top", () => {
  test("names what broke, whether it is a flaw, the first element lost, its node and the fault", () => {
    const text = html`${culprit(lossy)}`.text;
    expect(text).toContain('<b class="class">Design flaw</b>');
    expect(text).toContain("on n1 while it was cut off (partition-leader), all gone from every node");
    expect(text).toMatch(/were looked at\)\./);
    expect(text).toContain('href="#lost-element-1">See the proof');
    expect(text).toMatch(
      /acknowledged by <b><bdi>n1<\/bdi><\/b> at 12\.\d s during <bdi>partition-leader on n1/,
    );
  });

  test("is the first anomaly where nobody asked for triage, and nothing where nothing went wrong", () => {
    const text = html`${culprit({ ...lossy, causes: [] })}`.text;
    expect(text).toContain("was acknowledged by n1");
    expect(text).not.toContain('class="class"');
    expect(culprit(bare)).toBeNull();
  });
});

describe("what the store chose", () => {
  test("is told with figures", () => {
    const text = textOf(lossy);
    expect(text).toMatch(
      /It acknowledged \d\d\.\d % of \d+ updates and answered \d+(\.\d)? % of \d+ reads while a partition/,
    );
    expect(text).toContain("gave up some of both");
    expect(text).toMatch(/Half of the operations took at most [\d.]+ ms/);
  });

  test("is not guessed from anomalies that are counted but not listed", () => {
    const anomalies = [{ type: "stale-read" as const, count: 7, anomalies: [] }];
    const text = textOf({ ...lossy, anomalies });
    expect(text).toContain("7 further ones may");
    expect(text).not.toMatch(/\((AP|CP|EC|EL)\)/);
  });

  test("is unknown without a partition, and without times", () => {
    expect(textOf({ ...lossy, faults: [] })).toContain("No partition was injected");
    expect(textOf(bare)).toContain("Without times nothing can be said");
  });
});

describe("the lattice", () => {
  const [promise] = lossy.promises;
  if (promise === undefined) throw new Error("no promise");
  const of = (
    model: "linearizable" | "sequential" | "causal-memory",
    verdict: "satisfied" | "violated" | "unknown",
  ) => ({ ...promise, model, verdict });
  const promises = [
    of("linearizable", "violated"),
    of("sequential", "unknown"),
    of("causal-memory", "satisfied"),
    of("linearizable", "satisfied"),
  ];
  const pictureOf = (data: ReportData): string => latticePicture(data)?.text ?? "";

  test("marks each model by a sign, and the worst verdict of its scopes counts", () => {
    const picture = pictureOf({ ...lossy, promises, unjudged: [] });
    expect(picture).toContain(
      'aria-label="Linearizable: violated; Sequential: unknown; Causal memory: held"',
    );
    expect(picture.match(/<line /g)).toHaveLength(2);
    expect([...picture.matchAll(/class="mark"[^>]*>(.)</g)].map(([, mark]) => mark)).toEqual(["✗", "?", "✓"]);
    const told = pictureOf({ ...lossy, promises, unjudged: [], isOrderTold: true });
    expect(told.match(/<line /g)).toHaveLength(2);
  });

  test("shows what was not judged, and says why", () => {
    const unjudged = [
      { model: "causal", reason: "no checker of theirs fits a history of sets" },
      { model: "pram", reason: "no checker of theirs fits a history of sets" },
      { model: "convergence", reason: "only one node was read at the end" },
    ] as const;
    const picture = pictureOf({ ...lossy, promises, unjudged: [...unjudged] });
    expect(picture).toContain("Causal: not judged; PRAM: not judged; Convergence: not judged");
    expect(picture).toContain(
      "Not judged: causal · pram – <bdi>no checker of theirs fits a history of sets</bdi>.",
    );
    expect(picture).toContain("Not judged: convergence – <bdi>only one node was read at the end</bdi>.");
    expect(picture.match(/<line /g)).toHaveLength(4);
  });

  test("is not drawn where nothing was judged", () => {
    expect(latticePicture(bare)).toBeNull();
  });
});
