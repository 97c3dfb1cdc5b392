import { becomesReady, claimsSomething, describesItself, namesItsLeader } from "./checks/answers.ts";
import { closesTwice, endsWhatIsGivenUp } from "./checks/closing.ts";
import { refusedIsDefinite, sentIsIndefinite, survivesBrokenConnections } from "./checks/cut-off.ts";
import { survivesAKilledNode } from "./checks/killed-node.ts";
import { answersWhereAsked, showsWhatWasWritten } from "./checks/operations.ts";
import { runsItsWorkloads } from "./checks/workload-runs.ts";
import type { ContractCheck } from "./contract.ts";

/** What every target promises, in the order in which it is tried: what breaks nodes comes last. */
export const contractChecks: readonly ContractCheck[] = [
  becomesReady,
  namesItsLeader,
  describesItself,
  claimsSomething,
  showsWhatWasWritten,
  answersWhereAsked,
  runsItsWorkloads,
  closesTwice,
  endsWhatIsGivenUp,
  refusedIsDefinite,
  sentIsIndefinite,
  survivesBrokenConnections,
  survivesAKilledNode,
];
