import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contractChecks } from "../harness/contract/registry.ts";
import { startSubject } from "../harness/contract/start-subject.ts";
import { targets } from "../targets/registry.ts";
import { requireDocker } from "./support/docker.ts";

const docker = await requireDocker();

/** Home-made stores have one kind of client and of container each; the others need libraries that their image lacks. */
const HOME_MADE = ["sim-kv", "eventual"];
const inContainers = Object.values(targets).filter(
  ({ name, environments }) => environments.docker !== undefined || HOME_MADE.includes(name),
);

describe.runIf(docker).each(inContainers.map((target) => [target.name, target] as const))(
  "the contract: %s",
  (_, target) => {
    let started: Awaited<ReturnType<typeof startSubject>>;
    beforeAll(async () => {
      started = await startSubject({ target });
    });
    afterAll(async () => {
      await started[Symbol.asyncDispose]();
    });

    test.each(contractChecks.map((check) => [check.promise, check] as const))(
      "%s",
      async (_promise, check) => {
        const notTried = await check.try(started.subject);
        if (notTried !== undefined) expect(notTried.why).toMatch(/^\w/);
      },
    );
  },
);
