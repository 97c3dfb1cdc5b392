import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { HarnessError } from "#core/errors";
import type { ImagePlan } from "#core/target";
import { splitWords } from "../../cluster/process/command.ts";
import { interpolated } from "./interpolate.ts";
import { parseYaml, type YamlNode } from "./yaml.ts";

/** One service of a Compose file, as far as it says what a node is. */
export interface ComposeService {
  readonly name: string;
  readonly line: number;
  readonly image: ImagePlan;
  /** Empty: the image's own. */
  readonly command: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly folder?: string;
  /** Copied into the container before it starts: path there, file or folder here. */
  readonly files: Readonly<Record<string, string>>;
}

/** What riftcheck does in its own way, so that it need not be said: addresses, order of starting, data, restarts. */
const IGNORED: ReadonlySet<string> = new Set(
  [
    [
      "ports",
      "expose",
      "networks",
      "links",
      "depends_on",
      "healthcheck",
      "restart",
      "container_name",
      "hostname",
    ],
    [
      "labels",
      "logging",
      "stop_grace_period",
      "stop_signal",
      "init",
      "tty",
      "stdin_open",
      "pull_policy",
      "platform",
    ],
  ].flat(),
);
const TOP_IGNORED: ReadonlySet<string> = new Set(["version", "name", "volumes", "networks"]);

/**
 * The services of a Compose file that are started without asking: those of a profile are left out. What a service says and
 * riftcheck cannot do is refused, not ignored. Source: the Compose specification.
 * @throws HarnessError `usage` with file and line
 */
export function readComposeFile(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly ComposeService[] {
  if (!existsSync(path)) throw new HarnessError("usage", `there is no file ${path}`);
  return new ComposeReader(path, environment).services();
}

class ComposeReader {
  readonly #path: string;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  /** Named volumes, and the service that has each. */
  readonly #volumes = new Map<string, string>();

  constructor(path: string, environment: Readonly<Record<string, string | undefined>>) {
    this.#path = path;
    this.#folder = dirname(resolve(path));
    this.#environment = environment;
  }

  services(): ComposeService[] {
    const top = this.#map(parseYaml(readFileSync(this.#path, "utf8"), this.#path), "the file");
    for (const [key, { line }] of top)
      if (key !== "services" && !TOP_IGNORED.has(key) && !key.startsWith("x-")) this.#unsupported(line, key);
    const found = top.get("services");
    if (found === undefined) return this.#fail(1, "expected services");
    return [...this.#map(found, "services")].flatMap(([name, node]) => {
      const entries = this.#map(node, `services.${name}`);
      return entries.has("profiles") ? [] : [this.#service(name, node.line, entries)];
    });
  }

  #service(name: string, line: number, entries: ReadonlyMap<string, YamlNode>): ComposeService {
    const at = `services.${name}`;
    const environment: Record<string, string> = {};
    const fromFiles: Record<string, string> = {};
    const files: Record<string, string> = {};
    let image: ImagePlan | undefined;
    const parts: { -readonly [Key in "command" | "entrypoint" | "user" | "folder"]?: ComposeService[Key] } =
      {};
    for (const [key, node] of entries) {
      const where = `${at}.${key}`;
      if (key === "image") image ??= { folder: "", name: this.#text(node, where) };
      else if (key === "build") image = this.#build(node, where);
      else if (key === "command" || key === "entrypoint") parts[key] = this.#words(node, where);
      else if (key === "environment") Object.assign(environment, this.#pairs(node, where));
      else if (key === "env_file") Object.assign(fromFiles, this.#environmentFiles(node, where));
      else if (key === "user") parts.user = this.#text(node, where);
      else if (key === "working_dir") parts.folder = this.#text(node, where);
      else if (key === "volumes") Object.assign(files, this.#files(node, name, where));
      else if (!IGNORED.has(key) && !key.startsWith("x-")) this.#unsupported(node.line, where);
    }
    if (image === undefined) return this.#fail(line, `${at}: expected image or build`);
    return { name, line, image, command: [], environment: { ...fromFiles, ...environment }, files, ...parts };
  }

  #build(node: YamlNode, where: string): ImagePlan {
    if (node.is === "text") return { folder: resolve(this.#folder, this.#text(node, where)) };
    const entries = this.#map(node, where);
    for (const [key, { line }] of entries) if (key !== "context") this.#unsupported(line, `${where}.${key}`);
    const context = entries.get("context");
    if (context === undefined) return this.#fail(node.line, `${where}: expected context`);
    return { folder: resolve(this.#folder, this.#text(context, `${where}.context`)) };
  }

  /** A text is split as a shell would. */
  #words(node: YamlNode, where: string): string[] {
    if (node.is === "list") return node.items.map((item) => this.#text(item, where));
    const text = this.#text(node, where);
    if (text.replaceAll(/\\.|[^'"]/g, "").length % 2 !== 0)
      this.#fail(node.line, `${where}: a quote is never closed`);
    return splitWords(text);
  }

  #pairs(node: YamlNode, where: string): Record<string, string> {
    if (node.is === "list")
      return Object.fromEntries(
        node.items.map((item) => this.#pair(this.#text(item, where), item.line, where)),
      );
    return Object.fromEntries(
      [...this.#map(node, where)].map(([key, value]) => {
        const isBare = value.is === "text" && value.text === "" && !value.quoted;
        return isBare ? this.#pair(key, value.line, where) : [key, this.#text(value, `${where}.${key}`)];
      }),
    );
  }

  /** `NAME=value`, or `NAME` alone: as it is here. */
  #pair(text: string, line: number, where: string): [string, string] {
    const at = text.indexOf("=");
    if (at >= 0) return [text.slice(0, at), text.slice(at + 1)];
    const value = this.#environment[text];
    if (value === undefined) this.#fail(line, `${where}: the variable ${text} is not set here`);
    return [text, value];
  }

  #environmentFiles(node: YamlNode, where: string): Record<string, string> {
    const names = node.is === "list" ? node.items : [node];
    const pairs = names.flatMap((item) => {
      const path = resolve(this.#folder, this.#text(item, where));
      if (!existsSync(path)) this.#fail(item.line, `${where}: there is no file ${path}`);
      const lines = readFileSync(path, "utf8").split(/\r?\n/);
      return lines
        .filter((line) => /^[^#=]+=/.test(line))
        .map((line): [string, string] => [
          line.slice(0, line.indexOf("=")).trim(),
          line.slice(line.indexOf("=") + 1).replace(/^(["'])(.*)\1$/, "$2"),
        ]);
    });
    return Object.fromEntries(pairs);
  }

  /** Files and folders are copied; volumes of a service's own are its container's file system, which outlives a kill. */
  #files(node: YamlNode, service: string, where: string): Record<string, string> {
    if (node.is !== "list") return this.#fail(node.line, `${where}: expected a list`);
    return Object.fromEntries(
      node.items.flatMap((item): [string, string][] => {
        const { source, target } = this.#volume(item, where);
        if (source === undefined) return [];
        if (/^[./~]/.test(source)) {
          const path = resolve(this.#folder, source);
          if (!existsSync(path)) this.#fail(item.line, `${where}: there is no file ${path}`);
          return [[target, path]];
        }
        const other = this.#volumes.get(source);
        if (other !== undefined && other !== service)
          this.#fail(
            item.line,
            `${where}: the volume ${source} is shared with ${other}, which is not supported`,
          );
        this.#volumes.set(source, service);
        return [];
      }),
    );
  }

  #volume(node: YamlNode, where: string): { readonly source: string | undefined; readonly target: string } {
    if (node.is === "map") {
      const entries = this.#map(node, where);
      for (const [key, { line }] of entries)
        if (!["type", "source", "target", "read_only"].includes(key))
          this.#unsupported(line, `${where}.${key}`);
      const target = entries.get("target");
      const source = entries.get("source");
      if (target === undefined) return this.#fail(node.line, `${where}: expected target`);
      return {
        source: source === undefined ? undefined : this.#text(source, where),
        target: this.#text(target, where),
      };
    }
    const [first = "", second] = this.#text(node, where).split(":");
    return second === undefined ? { source: undefined, target: first } : { source: first, target: second };
  }

  #map(node: YamlNode, where: string): ReadonlyMap<string, YamlNode> {
    if (node.is !== "map") return this.#fail(node.line, `${where}: expected keys with values`);
    return node.entries;
  }

  #text(node: YamlNode, where: string): string {
    if (node.is !== "text") return this.#fail(node.line, `${where}: expected a text`);
    return interpolated(node.text, this.#environment, (problem) =>
      this.#fail(node.line, `${where}: ${problem}`),
    );
  }

  #unsupported(line: number, what: string): never {
    throw new HarnessError("usage", `${this.#path}:${line}: ${what} is not supported`, {
      hint: "docs/adding-a-target.md says what of a Compose file is; a target of your own can do the rest",
    });
  }

  #fail(line: number, problem: string): never {
    throw new HarnessError("usage", `${this.#path}:${line}: ${problem}`);
  }
}
