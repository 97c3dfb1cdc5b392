import { HarnessError } from "#core/errors";

/** What a YAML document holds, with the lines that messages name. Scalars keep their text: what they mean is for the reader to say. */
export type YamlNode =
  | { readonly is: "map"; readonly line: number; readonly entries: ReadonlyMap<string, YamlNode> }
  | { readonly is: "list"; readonly line: number; readonly items: readonly YamlNode[] }
  | { readonly is: "text"; readonly line: number; readonly text: string; readonly quoted: boolean };

interface Line {
  readonly number: number;
  readonly indent: number;
  /** Without indentation and comment; of a block scalar's lines it is not used. */
  readonly text: string;
  readonly raw: string;
}

/**
 * Reads the part of YAML that configuration files are written in: block and flow collections, plain and quoted scalars on one
 * line, block scalars, comments, anchors, aliases and merge keys. The rest (several documents, tags, complex keys, scalars over
 * several lines) is refused by its line. Source: YAML 1.2.2.
 * @throws HarnessError `usage` with file and line
 */
export function parseYaml(source: string, file: string): YamlNode {
  return new YamlReader(source, file).document();
}

class YamlReader {
  readonly #file: string;
  readonly #lines: readonly Line[];
  readonly #anchors = new Map<string, YamlNode>();
  #at = 0;

  constructor(source: string, file: string) {
    this.#file = file;
    this.#lines = source.split(/\r?\n/).map((raw, i) => {
      const indent = /^ */.exec(raw)?.[0].length ?? 0;
      return { number: i + 1, indent, text: withoutComment(raw.slice(indent)), raw };
    });
    for (const { number, raw } of this.#lines)
      if (/^ *\t/.test(raw)) this.#fail(number, "tabs cannot indent");
  }

  document(): YamlNode {
    if (this.#peek()?.text === "---") this.#at++;
    const first = this.#peek();
    if (first === undefined) return this.#fail(1, "an empty file");
    const node = this.#block(first.indent);
    const left = this.#peek();
    if (left !== undefined) this.#fail(left.number, "indentation that fits nothing above");
    return node;
  }

  /** The next line that says something. */
  #peek(): Line | undefined {
    while (this.#lines[this.#at]?.text === "") this.#at++;
    return this.#lines[this.#at];
  }

  /** A collection or scalar whose lines have this indentation. */
  #block(indent: number): YamlNode {
    const line = this.#peek() as Line;
    if (isItem(line.text)) return this.#list(indent);
    return keyOf(line.text) === undefined ? this.#scalarLine(line) : this.#map(indent);
  }

  #scalarLine(line: Line): YamlNode {
    this.#at++;
    return this.#value(line.text, line, line.indent);
  }

  #list(indent: number): YamlNode {
    const items: YamlNode[] = [];
    const { number } = this.#peek() as Line;
    for (let line = this.#peek(); line?.indent === indent && isItem(line.text); line = this.#peek()) {
      const rest = line.text.slice(1).trimStart();
      if (keyOf(rest) !== undefined && !"[{\"'&*".includes(rest[0] ?? "")) {
        // `- key: value`: a map whose first line begins behind the dash.
        const inner = indent + line.text.length - rest.length;
        this.#replace({ ...line, indent: inner, text: rest });
        items.push(this.#map(inner));
      } else {
        this.#at++;
        items.push(this.#value(rest, line, indent));
      }
    }
    return { is: "list", line: number, items };
  }

  #map(indent: number): YamlNode {
    const entries = new Map<string, YamlNode>();
    const merged: YamlNode[] = [];
    const { number } = this.#peek() as Line;
    for (let line = this.#peek(); line?.indent === indent; line = this.#peek()) {
      const found = keyOf(line.text);
      if (found === undefined) this.#fail(line.number, `expected "key: value", got ${line.text}`);
      const { key, rest } = found;
      if (entries.has(key)) this.#fail(line.number, `the key ${key} is there twice`);
      this.#at++;
      const value = this.#value(rest, line, indent, true);
      if (key === "<<") merged.push(...(value.is === "list" ? value.items : [value]));
      else entries.set(key, value);
    }
    for (const other of merged) {
      if (other.is !== "map") this.#fail(other.line, "<< takes the keys of a map");
      for (const [key, value] of other.entries) if (!entries.has(key)) entries.set(key, value);
    }
    return { is: "map", line: number, entries };
  }

  /** What stands behind a key or a dash; nothing there: what is indented below. */
  #value(text: string, line: Line, indent: number, ofKey = false): YamlNode {
    const anchor = /^&([^\s[\]{},]+)\s*/.exec(text);
    if (anchor !== null) {
      const node = this.#value(text.slice(anchor[0].length), line, indent, ofKey);
      this.#anchors.set(anchor[1] as string, node);
      return node;
    }
    if (text === "") return this.#below(line, indent, ofKey);
    if (/^[|>][+-]?$/.test(text)) return this.#blockScalar(text, line, indent);
    if (/^[|>]/.test(text)) this.#fail(line.number, `a block scalar may begin with | or >, not ${text}`);
    const whole = this.#flowText(text, line);
    const flow = new FlowReader(
      whole,
      (problem) => this.#fail(line.number, problem),
      this.#anchors,
      line.number,
    );
    const node = flow.whole();
    const next = this.#peek();
    if (next !== undefined && next.indent > indent && ofKey)
      this.#fail(next.number, "a value over several lines: write it on one, or with | or >");
    return node;
  }

  #below(line: Line, indent: number, ofKey: boolean): YamlNode {
    const next = this.#peek();
    // A list may stand right below its key, without indentation.
    const fits =
      next !== undefined && (next.indent > indent || (ofKey && next.indent === indent && isItem(next.text)));
    return fits ? this.#block(next.indent) : { is: "text", line: line.number, text: "", quoted: false };
  }

  #blockScalar(style: string, line: Line, indent: number): YamlNode {
    const lines: string[] = [];
    let inner: number | undefined;
    for (; this.#at < this.#lines.length; this.#at++) {
      const { raw, indent: own } = this.#lines[this.#at] as Line;
      if (raw.trim() !== "" && own <= indent) break;
      if (raw.trim() !== "") inner ??= own;
      lines.push(raw.slice(Math.min(inner ?? own, raw.length)));
    }
    const body = lines.join("\n").replace(/\n+$/, "");
    const text = style[0] === "|" ? body : body.replace(/([^\n])\n(?=[^\n ])/g, "$1 ");
    const isChomped = style.includes("-") || body === "";
    return { is: "text", line: line.number, text: isChomped ? text : `${text}\n`, quoted: true };
  }

  /** A flow collection may go over several lines: takes as many as it needs. */
  #flowText(text: string, line: Line): string {
    let whole = text;
    while (/^[[{]/.test(whole) && openBrackets(whole) > 0) {
      const next = this.#peek();
      if (next === undefined) this.#fail(line.number, "a bracket that is never closed");
      this.#at++;
      whole += ` ${next.text}`;
    }
    return whole;
  }

  #replace(line: Line): void {
    (this.#lines as Line[])[this.#at] = line;
  }

  #fail(line: number, problem: string): never {
    throw new HarnessError("usage", `${this.#file}:${line}: ${problem}`);
  }
}

/** Reads what stands on one line: `[a, b]`, `{a: 1}`, quoted and plain scalars, aliases. */
class FlowReader {
  readonly #text: string;
  readonly #fail: (problem: string) => never;
  readonly #anchors: ReadonlyMap<string, YamlNode>;
  readonly #line: number;
  #at = 0;

  constructor(
    text: string,
    fail: (problem: string) => never,
    anchors: ReadonlyMap<string, YamlNode>,
    line: number,
  ) {
    this.#text = text;
    this.#fail = fail;
    this.#anchors = anchors;
    this.#line = line;
  }

  whole(): YamlNode {
    const isFlow = /^[[{"'*]/.test(this.#text);
    const node = isFlow ? this.#node() : this.#plain(this.#text);
    if (isFlow && this.#rest().trim() !== "") this.#fail(`what follows a value: ${this.#rest().trim()}`);
    return node;
  }

  #rest = (): string => this.#text.slice(this.#at);

  #node(): YamlNode {
    this.#skip();
    const first = this.#text[this.#at];
    if (first === "[") return this.#list();
    if (first === "{") return this.#map();
    if (first === '"' || first === "'") return this.#quoted();
    if (first === "*") return this.#alias();
    const end = /[,\]}]|: /.exec(this.#rest())?.index ?? this.#rest().length;
    const text = this.#rest().slice(0, end);
    this.#at += end;
    return this.#plain(text.trim());
  }

  #plain(text: string): YamlNode {
    if (/^[!%@`]/.test(text)) this.#fail(`expected a plain value, got ${text}`);
    return { is: "text", line: this.#line, text: text === "null" || text === "~" ? "" : text, quoted: false };
  }

  #list(): YamlNode {
    const items: YamlNode[] = [];
    this.#at++;
    while (!this.#takes("]")) {
      items.push(this.#node());
      if (!this.#takes(",") && this.#text[this.#at] !== "]") this.#fail("expected , or ] in a list");
    }
    return { is: "list", line: this.#line, items };
  }

  #map(): YamlNode {
    const entries = new Map<string, YamlNode>();
    this.#at++;
    while (!this.#takes("}")) {
      const key = this.#node();
      if (key.is !== "text") this.#fail("expected a plain key");
      if (!this.#takes(":")) this.#fail(`expected : behind the key ${key.text}`);
      entries.set(key.text, this.#node());
      if (!this.#takes(",") && this.#text[this.#at] !== "}") this.#fail("expected , or } in a map");
    }
    return { is: "map", line: this.#line, entries };
  }

  #quoted(): YamlNode {
    const found = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)')/.exec(this.#rest());
    if (found === null) this.#fail("a quote that is not closed on its line");
    this.#at += found[0].length;
    const text = found[1] === undefined ? (found[2] ?? "").replaceAll("''", "'") : this.#unescaped(found[0]);
    return { is: "text", line: this.#line, text, quoted: true };
  }

  #unescaped(quoted: string): string {
    try {
      return JSON.parse(quoted) as string;
    } catch {
      return this.#fail(`an escape that JSON does not know in ${quoted}`);
    }
  }

  #alias(): YamlNode {
    const name = /^\*([^\s[\]{},]+)/.exec(this.#rest())?.[1] ?? "";
    this.#at += name.length + 1;
    return this.#anchors.get(name) ?? this.#fail(`there is no anchor &${name} above`);
  }

  #skip(): void {
    while (this.#text[this.#at] === " ") this.#at++;
  }

  #takes(mark: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    this.#skip();
    return true;
  }
}

const isItem = (text: string): boolean => text === "-" || text.startsWith("- ");

/** The key at the beginning of a line, and what follows it. */
function keyOf(text: string): { readonly key: string; readonly rest: string } | undefined {
  const found =
    /^(?:"((?:[^"\\])*)"|'([^']*)'|([^\s"'[\]{}#&*!|>%@`-][^#]*?|-[^\s#][^#]*?|<<))\s*:(?:\s+(.*)|)$/.exec(
      text,
    );
  if (found === null) return undefined;
  const key = found[1] ?? found[2] ?? found[3] ?? "";
  // `a: b: c` has its key before the first colon.
  const colon = found[3] === undefined ? -1 : text.search(/:(?:\s|$)/);
  return colon < 0
    ? { key, rest: (found[4] ?? "").trim() }
    : { key: text.slice(0, colon).trim(), rest: text.slice(colon + 1).trim() };
}

/** Cuts a comment off: a # at the beginning or behind a space, outside quotes. */
function withoutComment(text: string): string {
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (quote !== "") {
      if (char === "\\" && quote === '"') i++;
      else if (char === quote) quote = "";
    } else if ((char === '"' || char === "'") && /^$|[\s[{,:(]/.test(text[i - 1] ?? "")) quote = char;
    else if (char === "#" && (i === 0 || /\s/.test(text[i - 1] ?? ""))) return text.slice(0, i).trimEnd();
  }
  return text.trimEnd();
}

/** Brackets opened and not closed, outside quotes. */
function openBrackets(text: string): number {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g, "");
  return (bare.match(/[[{]/g)?.length ?? 0) - (bare.match(/[\]}]/g)?.length ?? 0);
}
