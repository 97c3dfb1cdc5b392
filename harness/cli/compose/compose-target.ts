import { existsSync } from "node:fs";
import { basename, join, dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { HarnessError, messageOf } from "#core/errors";
import type { Endpoint } from "#core/runtime";
import type { ComposeTarget, DockerPlan, Target } from "#core/target";
import { type ComposeService, readComposeFile } from "./compose-file.ts";

export const isComposeFile = (word: string): boolean => /\.ya?ml$/.test(word);

/** The module beside a Compose file: `compose.yaml` has `compose.target.ts`. */
const moduleOf = (path: string): string =>
  join(dirname(path), `${basename(path).replace(/\.ya?ml$/, "")}.target.ts`);

/**
 * A Compose file as a target: each service is a node of the same name, the module beside it knows its clients.
 * @throws HarnessError `usage`
 */
export async function composeTarget(path: string): Promise<Target> {
  const services = readComposeFile(path, process.env);
  const file = moduleOf(path);
  if (!existsSync(file))
    throw new HarnessError(
      "usage",
      `${path}: expected the module ${file} beside it, which exports \`target\``,
      {
        hint: "docs/adding-a-target.md, a Compose file",
      },
    );
  const module = (await import(pathToFileURL(resolve(file)).href).catch((cause: unknown) => {
    throw new HarnessError("usage", `${file} cannot be loaded: ${messageOf(cause)}`, { cause });
  })) as { target?: ComposeTarget };
  if (module.target === undefined) throw new HarnessError("usage", `${file} does not export \`target\``);
  return targetOf(path, chosenOf(path, services, module.target.services), module.target);
}

function chosenOf(
  path: string,
  services: readonly ComposeService[],
  names: readonly string[] | undefined,
): readonly ComposeService[] {
  if (names === undefined) return services;
  return names.map((name) => {
    const service = services.find((one) => one.name === name);
    if (service === undefined) {
      const there = services.map((one) => one.name).join(", ");
      throw new HarnessError("usage", `${path} has no service ${name}, only ${there}`);
    }
    return service;
  });
}

function targetOf(path: string, services: readonly ComposeService[], target: ComposeTarget): Target {
  const { defaults, ports, services: _, ...rest } = target;
  return {
    ...rest,
    defaults: { ...defaults, nodes: services.length },
    nodeName: (index) => services[index]?.name ?? `node ${index + 1}`,
    environments: { docker: (_options, nodes) => planOf(path, services, nodes, ports) },
  };
}

function planOf(
  path: string,
  services: readonly ComposeService[],
  nodes: readonly Endpoint[],
  ports: DockerPlan["ports"],
): DockerPlan {
  const [first] = services;
  if (nodes.length > services.length || first === undefined)
    throw new HarnessError(
      "usage",
      `${path} has ${services.length} services, too few for ${nodes.length} nodes`,
    );
  return {
    image: first.image,
    ports,
    nodes: nodes.map(({ node }) => {
      const { image, command, entrypoint, environment, user, folder, files } = services.find(
        ({ name }) => name === node,
      ) as ComposeService;
      return {
        node,
        image,
        processes: [
          {
            name: node,
            command,
            environment,
            files,
            ...(entrypoint === undefined ? {} : { entrypoint }),
            ...(user === undefined ? {} : { user }),
            ...(folder === undefined ? {} : { folder }),
          },
        ],
      };
    }),
  };
}
