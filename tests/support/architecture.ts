import { dirname, join, normalize } from "node:path";
import {
  ABSTAINS,
  type Abstinence,
  ALLOWED_NODE_MODULES,
  EXEMPT,
  IMPURE_GLOBALS,
  MAY_IMPORT,
  PURE_PACKAGES,
  TESTS_MAY_ALSO_IMPORT,
} from "./areas.ts";
import type { ModuleFacts } from "./module-facts.ts";

const longestFirst = (a: string, b: string): number => b.length - a.length;
const AREAS = Object.keys(MAY_IMPORT).sort(longestFirst);
const ABSTAINING = Object.keys(ABSTAINS).sort(longestFirst);

const covers = (area: string, path: string): boolean => path === area || path.startsWith(`${area}/`);

/** The area that owns a file; `undefined`: none does, and MAY_IMPORT needs a row. */
export const areaOf = (path: string): string | undefined => AREAS.find((area) => covers(area, path));

/** Tests and what only tests use may do I/O. */
const isTestCode = (path: string): boolean => /\.(test|bench)\.ts$/.test(path) || path.includes("/testing/");

const abstinenceOf = (path: string): Abstinence | undefined => {
  const area = ABSTAINING.find((one) => covers(one, path));
  return area === undefined || isTestCode(path) ? undefined : ABSTAINS[area];
};

function isExempt(path: string, name: string): boolean {
  return Object.entries(EXEMPT).some(([place, { uses }]) => {
    const covered = place.endsWith("/") ? path.startsWith(place) : path === place;
    return covered && (uses === "all" || uses.includes(name));
  });
}

/** The repository path a specifier names; `undefined`: a package or a module of Node. */
function fileOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith("#core/")) return `harness/core/${specifier.slice("#core/".length)}.ts`;
  return specifier.startsWith(".") ? normalize(join(dirname(from), specifier)) : undefined;
}

/** Every rule a module breaks, as sentences that say what to do. */
export function violationsOf(path: string, facts: ModuleFacts): string[] {
  return [...directionViolations(path, facts), ...purityViolations(path, facts)];
}

function directionViolations(path: string, { specifiers }: ModuleFacts): string[] {
  const area = areaOf(path);
  if (area === undefined) return [`${path} is in no area: add a row to MAY_IMPORT`];
  const allowed = MAY_IMPORT[area] ?? [];
  if (allowed === "all") return [];
  const forTests = isTestCode(path) ? (TESTS_MAY_ALSO_IMPORT[area] ?? []) : [];
  return specifiers.flatMap((specifier) => {
    const target = fileOf(path, specifier);
    if (target === undefined) return [];
    const other = areaOf(target);
    if (other === area || (other !== undefined && [...allowed, ...forTests].includes(other))) return [];
    return [
      `${path} imports ${specifier}: ${area} may not import ${other ?? "what is in no area"} (MAY_IMPORT)`,
    ];
  });
}

function purityViolations(path: string, { specifiers, globals }: ModuleFacts): string[] {
  const abstinence = abstinenceOf(path);
  if (abstinence === undefined) return [];
  const table = `(ABSTAINS says "${abstinence}"; a file that must is listed in EXEMPT with the reason)`;
  const imports = specifiers.filter((one) => !mayUse(abstinence, one));
  const uses = globals.filter((one) => IMPURE_GLOBALS.includes(one));
  return [
    ...imports.filter((one) => !isExempt(path, one)).map((one) => `${path} imports ${one} ${table}`),
    ...uses.filter((one) => !isExempt(path, one)).map((one) => `${path} uses ${one} ${table}`),
  ];
}

function mayUse(abstinence: Abstinence, specifier: string): boolean {
  if (specifier.startsWith(".") || specifier.startsWith("#")) return true;
  if (specifier.startsWith("node:"))
    return abstinence === "runtime" && ALLOWED_NODE_MODULES.includes(specifier);
  return abstinence === "runtime" || PURE_PACKAGES.includes(specifier);
}
