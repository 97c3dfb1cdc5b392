import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dockerStatus, engineAddress } from "./engine.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "riftcheck-engine-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function addContext(name: string, host: string, options: { tls?: boolean } = {}): string {
  const id = createHash("sha256").update(name).digest("hex");
  mkdirSync(join(folder, "contexts", "meta", id), { recursive: true });
  writeFileSync(
    join(folder, "contexts", "meta", id, "meta.json"),
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } }),
  );
  const certificates = join(folder, "contexts", "tls", id, "docker");
  if (options.tls === true) mkdirSync(certificates, { recursive: true });
  return certificates;
}
const use = (context: string) =>
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: {}, currentContext: context }));

describe("the engine's address", () => {
  test("nothing said: the default socket", () => {
    expect(engineAddress({}, folder).host).toBeUndefined();
    expect(engineAddress({ DOCKER_HOST: "" }, folder).host).toBeUndefined();
    use("default");
    expect(engineAddress({}, folder).host).toBeUndefined();
  });

  test("DOCKER_HOST wins over every context", () => {
    addContext("lab", "tcp://lab:2376");
    use("lab");
    const address = engineAddress({ DOCKER_HOST: "tcp://other:2375", DOCKER_CONTEXT: "lab" }, folder);
    expect(address).toEqual({ host: "tcp://other:2375", certificates: undefined, from: "DOCKER_HOST" });
  });

  test("the current context, and DOCKER_CONTEXT before it", () => {
    addContext("lab", "unix:///run/lab.sock");
    const certificates = addContext("far", "tcp://far:2376", { tls: true });
    use("lab");
    expect(engineAddress({}, folder)).toMatchObject({
      host: "unix:///run/lab.sock",
      certificates: undefined,
    });
    expect(engineAddress({ DOCKER_CONTEXT: "far" }, folder)).toEqual({
      host: "tcp://far:2376",
      certificates,
      from: 'Docker context "far"',
    });
  });

  test("a context that does not exist is named", () => {
    expect(() => engineAddress({ DOCKER_CONTEXT: "nowhere" }, folder)).toThrow(/"nowhere" does not exist/);
  });
});

describe("an engine that does not answer", () => {
  const before = process.env["DOCKER_HOST"];
  afterEach(() => {
    if (before === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = before;
  });

  test.each([
    ["unix:///no/such/docker.sock", /does not answer at unix:.*docker\.sock/, /install it/],
    ["tcp://127.0.0.1:9", /does not answer at tcp:\/\/127\.0\.0\.1:9/, /start it/],
  ])("%s", async (host, message, hint) => {
    process.env["DOCKER_HOST"] = host;
    expect(await dockerStatus()).toEqual({
      reachable: false,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});
