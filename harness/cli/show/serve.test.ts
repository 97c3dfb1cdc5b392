import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ServedRuns, serveRuns } from "./serve.ts";

let root: string;
let served: ServedRuns;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "riftcheck-serve-"));
  mkdirSync(join(root, "night/a b/logs/n1"), { recursive: true });
  mkdirSync(join(root, "other"));
  writeFileSync(join(root, "night/a b/report.html"), "<p>report");
  writeFileSync(join(root, "night/a b/run.json"), "{}");
  writeFileSync(join(root, "night/a b/secret.txt"), "secret");
  writeFileSync(join(root, "night/a b/logs/n1/redis.log"), "<b>ready");
  writeFileSync(join(root, "other/run.json"), "secret");
  writeFileSync(join(root, "run.json"), "secret");
  symlinkSync("/etc/hostname", join(root, "night/a b/verdict.json"));
  symlinkSync("../../..", join(root, "night/a b/logs/out"));
  served = await serveRuns({ root, page: () => "<p>all runs", isRun: (path) => path === "night/a b" }, 0);
});

afterEach(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(root, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly policy: string | undefined;
  readonly text: string;
}

/** The path goes out as it is: clients of higher level would tidy it up. */
const ask = (path: string, options: { method?: string; host?: string } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(served.url);
    const headers = options.host === undefined ? {} : { Host: options.host };
    const sent = request(
      { hostname, port, path, method: options.method ?? "GET", headers, timeout: 10_000 },
      (reply) => {
        let text = "";
        reply.setEncoding("utf8");
        reply.on("data", (part: string) => (text += part));
        reply.on("end", () =>
          resolve({
            status: reply.statusCode,
            type: reply.headers["content-type"],
            policy: reply.headers["content-security-policy"] as string | undefined,
            text,
          }),
        );
      },
    );
    sent.on("error", reject);
    sent.end();
  });

test("listens on the loopback address only", () => {
  expect(new URL(served.url).hostname).toBe("127.0.0.1");
});

test.each([
  ["/", "text/html", "<p>all runs"],
  ["/index.html?x=1", "text/html", "<p>all runs"],
  ["/night/a%20b/report.html", "text/html", "<p>report"],
  ["/night/a%20b/run.json", "application/json", "{}"],
  ["/night/a%20b/logs/n1/redis.log", "text/plain", "<b>ready"],
])("gives %s", async (path, type, text) => {
  expect(await ask(path)).toMatchObject({ status: 200, type: `${type}; charset=utf-8`, text });
});

test("what a run folder holds lives in a world of its own", async () => {
  expect((await ask("/night/a%20b/report.html")).policy).toMatch(
    /default-src 'none'.*sandbox allow-scripts$/,
  );
});

describe("nothing else", () => {
  test.each([
    "/night/a%20b/secret.txt",
    "/night/a%20b/verdict.json",
    "/night/a%20b/logs",
    "/night/a%20b/logs/out/other/run.json",
    "/night/a%20b/logs/../secret.txt",
    "/night/a%20b/..%2f..%2fother/run.json",
    "/night/a%20b/%2e%2e/%2e%2e/other/run.json",
    "/other/run.json",
    "/run.json",
    "//etc/hostname",
    "/%00",
    "/%zz",
    "/night",
  ])("%s", async (path) => {
    const { status, text } = await ask(path);
    expect(status).toBe(404);
    expect(text).not.toContain("secret");
  });

  test("no other method", async () => {
    for (const method of ["POST", "PUT", "DELETE", "HEAD"])
      expect((await ask("/", { method })).status).toBe(405);
  });

  test("to no page that calls this machine by another name", async () => {
    expect((await ask("/", { host: "evil.example" })).status).toBe(403);
    expect((await ask("/", { host: "localhost:7411" })).status).toBe(200);
  });
});

test("a port that is taken: one clear line", async () => {
  const port = Number(new URL(served.url).port);
  await expect(serveRuns({ root, page: () => "", isRun: () => false }, port)).rejects.toThrow(
    /--serve \d+: .*EADDRINUSE/,
  );
});
