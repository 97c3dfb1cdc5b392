import { join, relative } from "node:path";
import { ofExample, projectFiles } from "./project.ts";
import { requireName, type Scaffold, writeNewFiles } from "./scaffold.ts";

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
    [`${name}.ts`]: ofExample("new-store/store.ts")
      .replace('name: "store"', `name: "${name}"`)
      .replaceAll("./store.ts", `./${name}.ts`),
    [`${name}.test.ts`]: ofExample("new-store/store-test.ts").replaceAll("./store.ts", `./${name}.ts`),
    ...projectFiles(name, folder, { test: "node --test", hunt: `riftcheck hunt ./${name}.ts` }),
    "README.md": readmeOf(name),
  };
}

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
