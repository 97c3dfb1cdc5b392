import { parseSync } from "oxc-parser";

/** What a module takes from outside, as the architecture test sees it. */
export interface ModuleFacts {
  /** Specifiers of imports, type imports included, re-exports and dynamic imports. */
  readonly specifiers: readonly string[];
  /** Names used but declared nowhere in the module, once each; `Math.random` is listed as such. */
  readonly globals: readonly string[];
}

export function moduleFacts(path: string, text: string): ModuleFacts {
  const { module, program, errors } = parseSync(path, text);
  const problem = errors[0];
  if (problem !== undefined) throw new Error(`${path} cannot be parsed: ${problem.message}`);
  const visit = new Visit();
  visit.node(program as unknown as Node, undefined);
  return {
    specifiers: [
      ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
      ...module.staticExports.flatMap(({ entries }) =>
        entries.flatMap((entry) => entry.moduleRequest?.value ?? []),
      ),
      ...module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
        text.slice(start, end).replaceAll(/["'`]/g, ""),
      ),
      ...visit.typeImports,
    ],
    globals: [...visit.globals].sort(),
  };
}

/** Specifiers of what a module loads before it runs: neither types nor dynamic imports. */
export function loadedBy(path: string, text: string): string[] {
  const { module } = parseSync(path, text);
  const imports = module.staticImports.filter(
    ({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType),
  );
  const exports = module.staticExports.flatMap(({ entries }) => entries.filter(({ isType }) => !isType));
  return [
    ...imports.map(({ moduleRequest }) => moduleRequest.value),
    ...exports.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
  ];
}

/** A node of the syntax tree (ESTree with TypeScript's nodes). */
interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Names visible at a place: one set per enclosing scope. */
interface Scope {
  readonly names: ReadonlySet<string>;
  readonly outer: Scope | undefined;
}

const SCOPES = new Set([
  "Program",
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ClassExpression",
  "BlockStatement",
  "StaticBlock",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "SwitchStatement",
  "CatchClause",
]);
/** TypeScript's nodes that hold a value; the others are types and vanish. */
const VALUE_NODES = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSInstantiationExpression",
]);

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

const childrenOf = (node: Node): Node[] =>
  Object.values(node).flatMap((value): Node[] =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );

/** One walk over a module: finds the names that no scope declares. */
class Visit {
  readonly globals = new Set<string>();
  readonly typeImports: string[] = [];

  node(node: Node, scope: Scope | undefined): void {
    if (node.type === "TSImportType") this.typeImports.push(...literalOf(node["source"] ?? node["argument"]));
    const inner = SCOPES.has(node.type) ? { names: new Set(declaredIn(node)), outer: scope } : scope;
    if (node.type === "Identifier") this.#name(node["name"] as string, inner);
    if (isMathRandom(node) && !isDeclared("Math", inner)) this.globals.add("Math.random");
    for (const child of childrenOf(node)) if (isUse(node, child)) this.node(child, inner);
  }

  #name(name: string, scope: Scope | undefined): void {
    if (!isDeclared(name, scope)) this.globals.add(name);
  }
}

function isDeclared(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at !== undefined; at = at.outer) if (at.names.has(name)) return true;
  return false;
}

/** Whether a child is a value or holds one: not the name of a property, of a label, of an import, nor a type. */
function isUse(parent: Node, child: Node): boolean {
  if (child.type === "TSImportType") return true;
  if (child.type.startsWith("TS")) return VALUE_NODES.has(child.type) || holdsTypeImport(child);
  switch (parent.type) {
    case "MemberExpression":
      return child !== parent["property"] || parent["computed"] === true;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
    case "AccessorProperty":
      return child !== parent["key"] || parent["computed"] === true;
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return child !== parent["label"];
    case "ImportDeclaration":
    case "MetaProperty":
      return false;
    case "ExportSpecifier":
      return child === parent["local"] && child !== parent["exported"];
    case "ExportNamedDeclaration":
      return parent["source"] === null || parent["source"] === undefined;
    default:
      return !parent.type.startsWith("TS") || VALUE_NODES.has(parent.type);
  }
}

/** Types are not walked for names, only for `import("…")` inside them. */
const holdsTypeImport = (node: Node): boolean =>
  node.type === "TSImportType" || childrenOf(node).some(holdsTypeImport);

const literalOf = (value: unknown): string[] => {
  if (!isNode(value)) return [];
  if (typeof value["value"] === "string") return [value["value"]];
  return literalOf(value["literal"]);
};

const isMathRandom = (node: Node): boolean => {
  if (node.type !== "MemberExpression" || !isNode(node["object"]) || !isNode(node["property"])) return false;
  const { object, property } = node as unknown as { object: Node; property: Node };
  return object["name"] === "Math" && (property["name"] === "random" || property["value"] === "random");
};

/** Names that a scope declares itself: parameters, variables, functions, classes, imports; not those of inner scopes. */
function declaredIn(scope: Node): string[] {
  const names: string[] = [];
  if (scope.type.endsWith("Function") || scope.type.startsWith("Function") || scope.type.startsWith("Arrow"))
    for (const parameter of scope["params"] as Node[]) names.push(...boundBy(parameter));
  if (scope.type === "FunctionExpression" || scope.type === "ClassExpression")
    names.push(...boundBy(scope["id"]));
  if (scope.type === "CatchClause") names.push(...boundBy(scope["param"]));
  const collect = (node: Node): void => {
    if (node.type === "VariableDeclarator") names.push(...boundBy(node["id"]));
    if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration")
      names.push(...boundBy(node["id"]));
    if (node.type === "ImportDeclaration")
      for (const specifier of node["specifiers"] as Node[]) names.push(...boundBy(specifier["local"]));
    if (!SCOPES.has(node.type)) for (const child of childrenOf(node)) collect(child);
  };
  for (const child of childrenOf(scope)) collect(child);
  return names;
}

/** Names bound by a pattern: `a`, `{ a, b: c = 1, ...d }`, `[a, ...b]`. */
function boundBy(pattern: unknown): string[] {
  if (!isNode(pattern)) return [];
  switch (pattern.type) {
    case "Identifier":
      return [pattern["name"] as string];
    case "AssignmentPattern":
      return boundBy(pattern["left"]);
    case "RestElement":
      return boundBy(pattern["argument"]);
    case "Property":
      return boundBy(pattern["value"]);
    case "ObjectPattern":
      return (pattern["properties"] as unknown[]).flatMap(boundBy);
    case "ArrayPattern":
      return (pattern["elements"] as unknown[]).flatMap(boundBy);
    default:
      return [];
  }
}
