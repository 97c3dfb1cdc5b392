import { describe, expect, test } from "vitest";
import { canRun, diagnose, renderFindings } from "../doctor.ts";
import { HarnessError } from "#core/errors";
import { bridgeFinding, type Engine, engineFinding, imageFindings } from "./engine.ts";
import type { Finding } from "./finding.ts";
import { kernelFindings } from "./kernel.ts";
import { assetsFinding, runtimeFinding } from "./machine.ts";

const engine = (overrides: Partial<Engine> = {}): Engine => ({
  version: async () => ({ version: "27.0", platform: "linux/amd64" }),
  bridgeSubnets: async () => ["172.17.0.0/16"],
  images: async () => [],
  tryPacketFilter: async () => undefined,
  ...overrides,
});

const failing = (code: string): Engine =>
  engine({ version: () => Promise.reject(Object.assign(new Error(`connect ${code}`), { code })) });

describe("Docker", () => {
  test.each([
    ["ENOENT", /socket does not exist/, /apt-get install .*docker\.io/],
    ["EACCES", /may not use it/, /usermod -aG docker/],
    ["ECONNREFUSED", /no engine answers/, /dockerd/],
    ["EHOSTUNREACH", /connect EHOSTUNREACH/, /DOCKER_HOST/],
  ])("%s is explained with a command of its own", async (code, detail, fix) => {
    const finding = await engineFinding(failing(code));
    expect(finding.ok).toBe(false);
    expect(finding.detail).toMatch(detail);
    expect(finding.fix).toMatch(fix);
  });

  test("without an engine nothing that needs one is looked at", async () => {
    const names = (await diagnose({ engine: failing("ENOENT") })).map(({ name }) => name);
    expect(names).toContain("Docker engine");
    expect(names).not.toContain("container network");
    expect(names).not.toContain("images");
  });

  test("a connection error is recognised behind the harness's own error", async () => {
    const cause = Object.assign(new Error("connect"), { code: "EACCES" });
    const error = new HarnessError("docker-unreachable", "no permission", { cause });
    expect((await engineFinding(engine({ version: () => Promise.reject(error) }))).fix).toMatch(/usermod/);
  });

  test("containers are reachable when packets for the bridge leave through the bridge", async () => {
    expect((await bridgeFinding(engine(), async () => "172.17.0.1")).ok).toBe(true);
    expect((await bridgeFinding(engine(), async () => "192.168.1.7")).ok).toBe(false);
    expect((await bridgeFinding(engine(), async () => undefined)).ok).toBe(false);
  });

  test("the packet filter is tried only where the pod's image is there", async () => {
    const withPod = { images: async () => ["riftcheck/base:1", "riftcheck/pod:2"] };
    const tried: string[] = [];
    const refusing = engine({
      ...withPod,
      tryPacketFilter: async (image) => {
        tried.push(image);
        return "Permission denied";
      },
    });
    expect(await imageFindings(engine())).toHaveLength(1);
    expect((await imageFindings(engine(withPod)))[1]?.ok).toBe(true);
    expect((await imageFindings(refusing))[1]).toMatchObject({ ok: false, detail: "Permission denied" });
    expect(tried).toEqual(["riftcheck/pod:2"]);
  });
});

describe("kernel", () => {
  const find = (config: string, modules = "", loaded: string[] = []) =>
    kernelFindings({ config, modules, loaded }).find(({ name }) => name === "kernel: NFQUEUE");

  test("a feature is there when built in, loadable or loaded", () => {
    expect(find("CONFIG_NETFILTER_XT_TARGET_NFQUEUE=y\n")?.ok).toBe(true);
    expect(find("CONFIG_NETFILTER_XT_TARGET_NFQUEUE=m\n", "kernel/net/sched/xt_NFQUEUE.ko.xz:\n")?.ok).toBe(
      true,
    );
    expect(find("", "", ["xt_NFQUEUE"])?.ok).toBe(true);
  });

  test("a feature that was left out, or whose module is not on this machine, is missing, with the reason", () => {
    expect(find("# CONFIG_NETFILTER_XT_TARGET_NFQUEUE is not set\n")?.detail).toMatch(/built without/);
    expect(find("CONFIG_NETFILTER_XT_TARGET_NFQUEUE=m\n")?.detail).toMatch(/file is not on this machine/);
    expect(find("")?.detail).toMatch(/does not say/);
  });
});

test.each([
  ["20.20.2", false],
  ["24.10.0", false],
  ["24.11.0", true],
  ["26.0.0", true],
])("Node %s is new enough: %s", (version, ok) => {
  expect(runtimeFinding(version).ok).toBe(ok);
});

test("a missing report file is named", async () => {
  const finding = await assetsFinding([
    new URL(import.meta.url),
    new URL("./no-such-file.js", import.meta.url),
  ]);
  expect(finding.ok).toBe(false);
  expect(finding.detail).toMatch(/no-such-file\.js is not there/);
});

describe("rendering", () => {
  const finding = (name: string, ok: boolean, neededFor: Finding["neededFor"]): Finding => ({
    name,
    ok,
    neededFor,
    detail: `detail of ${name}`,
    fix: `fix ${name}`,
  });

  test("a fix is shown for what is missing only", () => {
    const text = renderFindings([
      finding("runtime", true, "everything"),
      finding("Docker", false, "Docker runs"),
    ]);
    expect(text).toMatch(/^ok +runtime +detail of runtime$/m);
    expect(text).toMatch(/^missing +Docker +detail of Docker$/m);
    expect(text).toContain("fix Docker");
    expect(text).not.toContain("fix runtime");
    expect(text).toMatch(/Not possible until this is mended: Docker runs\. Simulated runs work\.\n$/);
  });

  test("the closing line says when nothing can run, and when nothing is missing", () => {
    expect(renderFindings([finding("runtime", false, "everything")])).toMatch(/cannot run/);
    expect(renderFindings([finding("runtime", true, "everything")])).toMatch(/Everything is there\.\n$/);
  });

  test("what only limits some faults is no reason to end badly", () => {
    expect(canRun([finding("netem", false, "some faults")])).toBe(true);
    expect(canRun([finding("Docker", false, "Docker runs")])).toBe(false);
  });
});
