import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { VERSION } from "../version.ts";
import { requireName, type Scaffold, writeNewFiles } from "./scaffold.ts";

/** Where the code is: the checkout, or the package's `dist`. */
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const IS_CHECKOUT = import.meta.url.endsWith(".ts");
/** The example that is tested here is what users begin with. */
const EXAMPLE = join(ROOT, "examples/new-store");

/** A replicated store of the user's own, with a test. */
export const newStore: Scaffold = {
  command: "riftcheck init store [name]",
  summary: "a small replicated store that is a target, with a test that simulates it",
  defaultName: "my-store",
  write: (asked, where) => {
    const name = requireName(asked);
    const folder = where ?? name;
    writeNewFiles(folder, filesOf(name, folder));
    const here = relative(".", folder);
    return [
      `${join(here, `${name}.ts`)} is a store, ${join(here, `${name}.test.ts`)} its test; README.md says what to run:`,
      "",
      ...(here === "" ? [] : [`  cd ${here}`]),
      "  npm install",
      "  npm test",
      `  npx riftcheck run ./${name}.ts --faults partition,kill,power`,
    ];
  },
};

function filesOf(name: string, folder: string): Record<string, string> {
  return {
    [`${name}.ts`]: ofExample("store.ts")
      .replace('name: "store"', `name: "${name}"`)
      .replaceAll("./store.ts", `./${name}.ts`),
    [`${name}.test.ts`]: ofExample("store-test.ts").replaceAll("./store.ts", `./${name}.ts`),
    "package.json": `${JSON.stringify(manifestOf(name, folder), null, 2)}\n`,
    "tsconfig.json": `${JSON.stringify(TSCONFIG, null, 2)}\n`,
    ".gitignore": "node_modules\nruns\n",
    "README.md": readmeOf(name),
  };
}

const ofExample = (file: string): string => readFileSync(join(EXAMPLE, file), "utf8");

const manifestOf = (name: string, folder: string): object => ({
  name,
  private: true,
  type: "module",
  scripts: {
    test: "node --test",
    hunt: `riftcheck hunt ./${name}.ts`,
  },
  dependencies: {
    // A checkout is no published version: it is linked.
    riftcheck: IS_CHECKOUT ? `file:${relative(resolve(folder), ROOT)}` : `^${VERSION}`,
    zod: zodVersion(),
  },
  devDependencies: { "@types/node": "^24" },
});

/** The store's options are described with the zod that riftcheck reads them with. */
function zodVersion(): string {
  const manifest = fileURLToPath(import.meta.resolve("zod/package.json"));
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

/** For editors, and for `tsc`: Node runs the files as they are. */
const TSCONFIG = {
  compilerOptions: {
    target: "es2024",
    lib: ["esnext"],
    module: "nodenext",
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ["*.ts"],
};

const readmeOf = (name: string): string => `# ${name}

A replicated store, and riftcheck to break it. \`${name}.ts\` holds the nodes, the clients and what the store promises; replace them by
your own piece by piece.

\`\`\`sh
npm install
npm test                                                            # simulated runs under faults, in seconds
npx riftcheck run ./${name}.ts --faults partition,kill,power        # one run, with a report
npx riftcheck run ./${name}.ts --env docker --faults partition,kill # the same store in containers
npx riftcheck hunt ./${name}.ts                                     # a thousand drawn runs; what is found is shrunk
npx riftcheck hunt ./${name}.ts --read-locally                   # the same with a bug in it
npx riftcheck replay runs/NAME.riftcheck.json                       # a run that was found, again
\`\`\`

A file that \`hunt\` wrote is a regression test: keep it here, and \`riftcheck replay\` exits with 1 as long as it shows the anomaly.
\`riftcheck list faults\` and \`riftcheck list workloads\` show what there is.
`;
