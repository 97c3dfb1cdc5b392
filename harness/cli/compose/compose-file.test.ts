import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../tests/support/riftcheck.ts";
import { readComposeFile } from "./compose-file.ts";

/** The services of a file with this text, beside which lie `app.conf`, the folder `server` and `common.env`. */
function read(text: string, environment: Record<string, string> = {}) {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "server"));
  writeFileSync(join(folder.path, "app.conf"), "x");
  writeFileSync(join(folder.path, "common.env"), '# c\nA=1\nB="two words"\n');
  const path = join(folder.path, "compose.yaml");
  writeFileSync(path, text);
  try {
    return readComposeFile(path, environment).map(
      (service) =>
        JSON.parse(JSON.stringify({ ...service, line: undefined }).replaceAll(folder.path, "HERE")) as Record<
          string,
          unknown
        >,
    );
  } catch (error) {
    throw new Error((error as Error).message.replaceAll(folder.path, "HERE"), { cause: error });
  }
}

test("services with images, commands, environments and files", () => {
  const services = read(
    `x-common: &common
  image: \${IMAGE:-redis:7}
  restart: always
  environment: &env
    MODE: fast
services:
  a:
    <<: *common
    command: redis-server --name "my node"
    ports: ["6379:6379"]
    volumes:
      - ./app.conf:/etc/app.conf:ro
      - data:/data
  b:
    build: ./server
    env_file: common.env
    environment: [B=3, HOME_OF]
    entrypoint: ["sh", "-c"]
    command: ["echo $$HOME"]
    user: "1000"
    working_dir: /srv
    depends_on: {a: {condition: service_started}}
  tools:
    image: x
    profiles: [debug]
volumes: {data: {}}
`,
    { HOME_OF: "here" },
  );
  expect(services).toEqual([
    {
      name: "a",
      image: { folder: "", name: "redis:7" },
      command: ["redis-server", "--name", "my node"],
      environment: { MODE: "fast" },
      files: { "/etc/app.conf": "HERE/app.conf" },
    },
    {
      name: "b",
      image: { folder: "HERE/server" },
      command: ["echo $HOME"],
      entrypoint: ["sh", "-c"],
      environment: { A: "1", B: "3", HOME_OF: "here" },
      files: {},
      user: "1000",
      folder: "/srv",
    },
  ]);
});

test("what a service says of its environment outweighs its files, whichever comes first", () => {
  const [service] = read(
    "services:\n  db:\n    image: x\n    environment: {A: own}\n    env_file: common.env\n",
  );
  expect(service?.["environment"]).toEqual({ A: "own", B: "two words" });
});

const one = (lines: string): string => `services:\n  db:\n    image: x\n${lines.replaceAll(/^/gm, "    ")}\n`;

test.each<[string, RegExp]>([
  [one("privileged: true"), /^HERE\/compose\.yaml:4: services\.db\.privileged is not supported$/],
  [one("cap_add: [NET_ADMIN]"), /:4: services\.db\.cap_add is not supported$/],
  [one("network_mode: host"), /:4: services\.db\.network_mode is not supported$/],
  [
    "services:\n  db:\n    build: {context: ., target: x}\n",
    /:3: services\.db\.build\.target is not supported$/,
  ],
  [
    "services:\n  db:\n    command: x\n",
    /:2: services\.db: expected image or build$|:3: services\.db: expected image/,
  ],
  [one("volumes: [./nothing:/x]"), /:4: services\.db\.volumes: there is no file HERE\/nothing$/],
  [
    one("volumes:\n  - {type: bind, source: ./app.conf, target: /x, bind: {}}"),
    /volumes\.bind is not supported$/,
  ],
  [
    one("command: ${TOOL} run"),
    /:4: services\.db\.command: the variable TOOL is not set here and has no default$/,
  ],
  [one("environment: [TOKEN]"), /:4: services\.db\.environment: the variable TOKEN is not set here$/],
  [one("environment: {A: [1]}"), /:4: services\.db\.environment\.A: expected a text$/],
  [one("command: 'echo \"x'"), /:4: services\.db\.command: a quote is never closed$/],
  ["secrets: {}\nservices: {}\n", /:1: secrets is not supported$/],
  ["version: '3'\n", /:1: expected services$/],
  [
    "services:\n  a: {image: x, volumes: ['v:/d']}\n  b: {image: x, volumes: ['v:/d']}\n",
    /:3: services\.b\.volumes: the volume v is shared with a/,
  ],
])("%j is refused by its line", (text, message) => {
  expect(() => read(text)).toThrow(message);
});
