import { join, relative } from "node:path";
import { ofExample, projectFiles } from "./project.ts";
import { requireName, type Scaffold, writeNewFiles } from "./scaffold.ts";

/** A server that exists already, in a container, as a target. */
export const newTarget: Scaffold = {
  command: "riftcheck init target [name]",
  summary: "a target for a server of yours that runs in a container, with a small server to begin with",
  defaultName: "my-target",
  write: (asked, where) => {
    const name = requireName(asked);
    const folder = where ?? name;
    writeNewFiles(folder, filesOf(name, folder));
    const here = relative(".", folder);
    return [
      `${join(here, `${name}.ts`)} is the target, ${join(here, "server")} the server and its Dockerfile; README.md says what to replace:`,
      "",
      ...(here === "" ? [] : [`  cd ${here}`]),
      "  npm install",
      `  npx riftcheck test-target ./${name}.ts`,
      `  npx riftcheck run ./${name}.ts --faults partition,kill`,
    ];
  },
};

const filesOf = (name: string, folder: string): Record<string, string> => ({
  [`${name}.ts`]: ofExample("http-kv/http-kv.ts").replace('name: "http-kv"', `name: "${name}"`),
  "server/Dockerfile": ofExample("http-kv/server/Dockerfile"),
  "server/server.py": ofExample("http-kv/server/server.py"),
  ...projectFiles(name, folder, { test: `riftcheck test-target ./${name}.ts` }),
  "README.md": readmeOf(name),
});

const readmeOf = (name: string): string => `# ${name}

\`${name}.ts\` tells riftcheck how the server in \`server/\` is started, how clients reach it and what it promises. Replace, in this order:

1. \`server/\` by your server and its Dockerfile, and in \`${name}.ts\` the ports and the environment that its nodes are started with;
2. what one operation is on the wire (\`invoke\`), and what its errors mean;
3. \`claims\`: what your store promises.

\`\`\`sh
npm install
npx riftcheck test-target ./${name}.ts                                    # does the target keep what riftcheck relies on?
npx riftcheck run ./${name}.ts --faults partition,kill --time 30s         # one run, with a report
npx riftcheck run ./${name}.ts --read-from any --faults partition --expect linearizable   # what stale copies look like
\`\`\`

\`riftcheck list faults\` and \`riftcheck list workloads\` show what there is.
`;
