import type { Json } from "#core/json";
import { MILLISECOND } from "#core/units";
import type { Datatype } from "../../datatypes/datatype.ts";
import type { ReadRequest } from "../../protocol.ts";
import { sameJson } from "../../same-json.ts";
import { repairReplicas } from "../../anti-entropy/read-repair.ts";
import type { Pending } from "../pending.ts";
import type { Reply } from "../replication.ts";
import type { LeaderlessParts } from "./leaderless.ts";
import { STAND_IN_SHARE } from "./stand-in.ts";

/** One read under way: every replica is asked, and the client hears what the first R of them together know. */
export class QuorumRead {
  readonly #parts: LeaderlessParts;
  readonly #pending: Pending<Json>;
  readonly #request: ReadRequest;
  readonly #needed: number;
  readonly #reply: Reply;
  readonly #replicas: readonly string[];
  readonly #datatype: Datatype;
  /** What each node said; null: it has nothing. */
  readonly #states = new Map<string, Json>();
  #answered = false;
  #id = 0;

  constructor(
    parts: LeaderlessParts,
    pending: Pending<Json>,
    request: ReadRequest,
    needed: number,
    reply: Reply,
  ) {
    this.#parts = parts;
    this.#pending = pending;
    this.#request = request;
    this.#needed = parts.rules.quorum.answersNeeded(needed);
    this.#reply = reply;
    this.#replicas = parts.ring.replicas(request.key);
    this.#datatype = parts.replica.datatype(request.key, request.object);
  }

  start(): void {
    const { context, settings } = this.#parts;
    const limit = settings.requestTimeout * MILLISECOND;
    this.#id = this.#pending.open(
      limit,
      (from, state) => this.#onState(from, state),
      () => this.#end(),
    );
    for (const node of this.#replicas) if (node !== context.node) this.#ask(node);
    if (this.#replicas.includes(context.node)) this.#answerMyself();
    // A local read asks what the replicas hold, not what others hold in their stead.
    if (settings.sloppy && !this.#request.local)
      context.after(limit * STAND_IN_SHARE, () => this.#askStandIns());
  }

  #answerMyself(): void {
    const { context, durability, replica } = this.#parts;
    const own = replica.cell(this.#request.key)?.state ?? null;
    durability.whenDurable(() => this.#onState(context.node, own));
  }

  #ask(node: string): void {
    const { key, object } = this.#request;
    this.#parts.context.send(node, { type: "get", id: this.#id, key, object });
  }

  #onState(from: string, state: Json): void {
    this.#states.set(from, state);
    if (!this.#answered && this.#states.size >= this.#needed && this.#covers()) this.#succeed();
    if (this.#answered && this.#replicas.every((node) => this.#states.has(node))) {
      this.#pending.close(this.#id);
      this.#repair();
    }
  }

  #merged(): Json | undefined {
    const [first, ...others] = [...this.#states.values()].filter((state) => state !== null);
    const { combine } = this.#parts.rules.quorum;
    return first === undefined
      ? undefined
      : others.reduce<Json>((merged, state) => combine(this.#datatype, merged, state), first);
  }

  /** Whether the answers hold all that the session says it saw. */
  #covers(): boolean {
    const after = (this.#request.after as Record<string, Json> | undefined)?.[this.#request.key];
    const { context, mergeContexts } = this.#datatype;
    if (after === undefined || context === undefined || mergeContexts === undefined) return true;
    const known = context.call(this.#datatype, this.#merged());
    return sameJson(mergeContexts.call(this.#datatype, known, after), known);
  }

  #succeed(): void {
    this.#answered = true;
    const merged = this.#merged();
    const context = this.#datatype.context?.(merged);
    const version = this.#datatype.version?.(merged);
    this.#reply({
      value: this.#datatype.read(merged),
      ...(context === undefined ? {} : { context, token: { [this.#request.key]: context } }),
      ...(version === undefined ? {} : { version }),
    });
  }

  #askStandIns(): void {
    if (this.#answered) return;
    const missing = this.#replicas.filter((node) => !this.#states.has(node)).length;
    const free = this.#parts.ring
      .preference(this.#request.key)
      .filter((node) => !this.#replicas.includes(node))
      .slice(0, missing);
    for (const node of free)
      if (node === this.#parts.context.node) this.#answerMyself();
      else this.#ask(node);
  }

  #end(): void {
    if (this.#answered) {
      this.#repair();
      return;
    }
    this.#answered = true;
    const have = this.#states.size;
    const reason =
      have < this.#needed
        ? `${have} of ${this.#needed} replicas answered in time`
        : "the replicas that answered lack what the session saw";
    this.#reply({ error: "unavailable", reason });
  }

  #repair(): void {
    const merged = this.#merged();
    if (!this.#parts.settings.readRepair || merged === undefined) return;
    const answers = new Map([...this.#states].filter(([node]) => this.#replicas.includes(node)));
    repairReplicas(this.#parts, this.#request, merged, answers);
  }
}
