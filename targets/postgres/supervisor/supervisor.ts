import { type Ballot, knowsEnough, leaseEnd, mayChoose, type VoteRequest } from "./ballot.ts";
import { hasDiverged, bytesOf, type Lineage, type Position, termAt } from "./lineage.ts";
import { messageOf, say, sleep } from "./log.ts";
import { readBallot, replaceFile } from "./memory.ts";
import { answerPeers, askPeer, type Heartbeat, type Requests } from "./peers.ts";
import { type Duty, Postgres } from "./postgres.ts";
import { HEARTBEAT_MS, HOME, JITTER_MS, LEASE_MS, majorityOf, MARGIN_MS, type Settings } from "./settings.ts";

const BALLOT = `${HOME}/ballot.json`;
const TICK_MS = 50;
const RESTART_PAUSE_MS = 300;
/** A leader that has not been able to open for so long lets others try. */
const OPEN_WITHIN_MS = 30_000;
/** PostgreSQL that ends this often by itself does not come up with its data. */
const ENDS_MAX = 3;
/** Longer than copying the leader's data takes: ending what failed would end that too. */
const START_LATER_MS = 10_000;

const FIRST_TERM = 1;
/** What nobody has confirmed to be the leader's shows nothing to clients. */
const SHUT_STANDBY = { role: "standby", open: true, admits: false } as const;

/** The time that this node leads. */
interface Reign {
  readonly term: number;
  /** By follower: when the latest heartbeat was sent that it answered. */
  readonly answeredAt: Map<string, number>;
  /** Undefined until others can follow. */
  lineage: Lineage | undefined;
  /** Milliseconds of the monotonic clock. */
  readonly begun: number;
  /** Whether clients may take it for the primary: only then it needs its lease. */
  isOpen: boolean;
}

const newReign = (term: number): Reign => ({
  term,
  answeredAt: new Map(),
  lineage: undefined,
  begun: performance.now(),
  isOpen: false,
});

/**
 * Runs this node's PostgreSQL and decides with the other supervisors which one is primary. Terms, votes and logs that are compared are
 * those of Raft (Ongaro and Ousterhout 2014, §5): a candidate needs a majority, and who votes for it stops following the old primary first and
 * has nothing in its log that the candidate lacks. The leader's lease keeps followers from choosing another while it lasts.
 */
export class Supervisor implements Requests {
  readonly #settings: Settings;
  readonly #postgres: Postgres;
  readonly #nodes: readonly string[];
  readonly #others: readonly string[];
  #ballot: Ballot = { term: FIRST_TERM, votedFor: undefined };
  #reign: Reign | undefined;
  /** When a leader was last heard, or this node last bound itself; milliseconds of the monotonic clock. */
  #heard = performance.now();
  #campaignAt = Infinity;
  /** The term whose leader PostgreSQL follows. */
  #followed: number | undefined;
  #ends = 0;
  #campaigning = false;
  #following = false;
  #admitting = false;
  /** What is done to PostgreSQL is done one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#postgres = new Postgres(settings);
    this.#nodes = Object.keys(settings.hosts);
    this.#others = this.#nodes.filter((node) => node !== settings.node);
  }

  async run(): Promise<void> {
    const first = this.#nodes[0]!;
    const isFirst = this.#settings.node === first;
    const fresh = Postgres.prepare([{ term: FIRST_TERM, from: "0/0" }]);
    if (this.#settings.failover === "none") {
      const follow = isFirst ? undefined : this.#settings.hosts[first];
      this.#startForGood({ role: isFirst ? "primary" : "standby", follow, open: true, admits: true });
      return;
    }
    if (fresh) this.#vote({ term: FIRST_TERM, votedFor: first });
    else this.#ballot = readBallot(BALLOT) ?? { term: FIRST_TERM, votedFor: first };
    this.#hear();
    this.#postgres.onEnd = () => this.#ended();
    if (fresh && isFirst) {
      this.#postgres.start({ role: "primary", open: false, admits: false });
      this.#lead({ ...newReign(FIRST_TERM), lineage: this.#postgres.lineage });
    } else if (fresh) {
      this.#followed = FIRST_TERM;
      this.#postgres.start({ ...SHUT_STANDBY, follow: this.#settings.hosts[first] });
    } else this.#postgres.start(SHUT_STANDBY);
    await answerPeers(this);
    setInterval(() => this.#tick(), TICK_MS);
  }

  async heartbeat({ term, leader, lineage, open }: Heartbeat): Promise<{ term: number; accepted: boolean }> {
    if (term < this.#ballot.term) return { term: this.#ballot.term, accepted: false };
    this.#learn(term);
    this.#hear();
    if (lineage !== undefined && this.#followed !== term) void this.#follow(term, leader, lineage);
    else if (open && this.#followed === term && !this.#postgres.duty.admits) void this.#admit(term);
    return { term, accepted: true };
  }

  async vote(request: VoteRequest): Promise<{ term: number; granted: boolean }> {
    const refused = () => ({ term: this.#ballot.term, granted: false });
    if (!mayChoose(this.#voter(), request)) return refused();
    if (request.trial) {
      const granted = knowsEnough(this.#positionAt(await this.#postgres.nearEnd()), request);
      return { term: this.#ballot.term, granted };
    }
    return this.#inTurn(async () => {
      if (!mayChoose(this.#voter(), request)) return refused();
      this.#learn(request.term);
      this.#followed = undefined;
      const own = this.#positionAt(await this.#postgres.settle());
      if (!mayChoose(this.#voter(), request) || !knowsEnough(own, request)) return refused();
      this.#vote({ term: request.term, votedFor: request.candidate });
      this.#hear();
      return { term: request.term, granted: true };
    });
  }

  /** Without failover: whatever ends PostgreSQL, it begins again as what it was. */
  #startForGood(duty: Duty): void {
    const again = () => setTimeout(() => this.#startForGood(duty), RESTART_PAUSE_MS);
    this.#postgres.onEnd = again;
    if (!this.#started(duty)) again();
  }

  /** @returns false if it could not be started, as on a full disk */
  #started(duty: Duty): boolean {
    try {
      this.#postgres.start(duty);
      return true;
    } catch (error) {
      say(`cannot start PostgreSQL: ${messageOf(error)}`);
      return false;
    }
  }

  #tick(): void {
    const now = performance.now();
    const reign = this.#reign;
    if (reign !== undefined) {
      if (reign.isOpen && !this.#hasLease(reign)) this.#abdicate("no majority answers");
      else if (!reign.isOpen && now > reign.begun + OPEN_WITHIN_MS) this.#abdicate("it cannot be opened");
    } else if (now > this.#campaignAt && !this.#campaigning) {
      this.#campaigning = true;
      void this.#campaign()
        .catch((error: unknown) => say(`no election: ${messageOf(error)}`))
        .finally(() => {
          this.#campaigning = false;
          this.#campaignAt = performance.now() + JITTER_MS * (0.3 + 2 * Math.random());
        });
    }
  }

  /** Binds itself to the leader it heard, or to the candidate it chose. */
  #hear(): void {
    this.#heard = performance.now();
    this.#campaignAt = this.#heard + LEASE_MS + MARGIN_MS + JITTER_MS * Math.random();
  }

  #voter(): { ballot: Ballot; bound: boolean } {
    const silent = performance.now() - this.#heard;
    return { ballot: this.#ballot, bound: this.#reign !== undefined || silent < LEASE_MS + MARGIN_MS };
  }

  #vote(ballot: Ballot): void {
    replaceFile(BALLOT, JSON.stringify(ballot));
    this.#ballot = ballot;
  }

  #learn(term: number): void {
    if (term <= this.#ballot.term) return;
    // Ended first: to write may take a while.
    if (this.#reign !== undefined) this.#abdicate(`there is a term ${term}`);
    this.#vote({ term, votedFor: undefined });
  }

  #positionAt(end: string): Position {
    return { term: termAt(this.#postgres.lineage, end), end };
  }

  async #campaign(): Promise<void> {
    const { node } = this.#settings;
    const position = this.#positionAt(await this.#postgres.nearEnd());
    const trial = { term: this.#ballot.term + 1, candidate: node, position, trial: true };
    const willing = await this.#ask(trial, this.#others);
    if (willing.size + 1 < majorityOf(this.#nodes.length)) return;
    await this.#inTurn(async () => {
      if (this.#voter().bound) return;
      const term = this.#ballot.term + 1;
      this.#vote({ term, votedFor: node });
      this.#followed = undefined;
      const settled = this.#positionAt(await this.#postgres.settle());
      // Who is cut off or still is not waited for: where votes are split, the next try comes at once.
      const votes = await this.#ask({ term, candidate: node, position: settled, trial: false }, [
        ...willing.keys(),
      ]);
      if (votes.size + 1 < majorityOf(this.#nodes.length) || this.#ballot.term !== term) return;
      await this.#ascend({ ...newReign(term), answeredAt: votes }, settled);
    });
  }

  /** @returns who votes for it, and when they were asked; as soon as they are enough */
  async #ask(request: VoteRequest, voters: readonly string[]): Promise<Map<string, number>> {
    const votes = new Map<string, number>();
    const asked = performance.now();
    const needed = majorityOf(this.#nodes.length) - 1;
    await new Promise<void>((enough) => {
      const answers = voters.map(async (node) => {
        const answer = await askPeer(this.#settings.hosts[node]!, "vote", request).catch(() => undefined);
        if (answer?.granted === true) votes.set(node, asked);
        // Whoever refused may have the better log, and is about to ask itself.
        if (answer !== undefined && !request.trial) this.#learn(answer.term);
        if (votes.size >= needed) enough();
      });
      void Promise.all(answers).then(() => enough());
    });
    return votes;
  }

  async #ascend(reign: Reign, { end }: Position): Promise<void> {
    say(`elected for term ${reign.term} at ${end} by ${[...reign.answeredAt.keys()].join(", ")}`);
    this.#lead(reign);
    // What it followed without having received any of it is no part of its log.
    const written = this.#postgres.lineage.filter(({ from }) => bytesOf(from) < bytesOf(end));
    this.#postgres.lineage = [...written, { term: reign.term, from: end }];
    try {
      const from = await this.#postgres.promote();
      if (this.#reign !== reign) return;
      reign.lineage = this.#postgres.lineage = [...written, { term: reign.term, from }];
      say(`promoted at ${from}`);
    } catch (error) {
      if (this.#reign === reign) this.#abdicate(`promotion failed: ${messageOf(error)}`);
    }
  }

  #lead(reign: Reign): void {
    this.#reign = reign;
    for (const node of this.#others) void this.#remind(node, reign);
    void this.#open(reign).catch((error: unknown) => {
      if (this.#reign === reign) this.#abdicate(`it cannot be opened: ${messageOf(error)}`);
    });
  }

  /** Heartbeats to one follower, one after the other. */
  async #remind(node: string, reign: Reign): Promise<void> {
    const { hosts, node: leader } = this.#settings;
    while (this.#reign === reign) {
      const sent = performance.now();
      const { term, lineage, isOpen: open } = reign;
      const word = { term, leader, open, ...(lineage === undefined ? {} : { lineage }) };
      // Silence is what counts, whatever the reason.
      const answer = await askPeer(hosts[node]!, "heartbeat", word).catch(() => undefined);
      if (answer?.accepted === true) reign.answeredAt.set(node, sent);
      else if (answer !== undefined) this.#learn(answer.term);
      await sleep(Math.max(0, HEARTBEAT_MS - (performance.now() - sent)));
    }
  }

  /**
   * Lets clients write once its first transaction is confirmed as theirs will be. So all that its log held before – also what nobody was told
   * of – is held by as many nodes as an acknowledged write, and is never taken back after somebody has read it.
   */
  async #open(reign: Reign): Promise<void> {
    const insert = `INSERT INTO primaries VALUES (${reign.term}, '${this.#settings.node}') ON CONFLICT DO NOTHING`;
    while (this.#reign === reign) {
      if (reign.lineage !== undefined && (await this.#answers())) break;
      await sleep(TICK_MS);
    }
    if (this.#reign !== reign) return;
    await this.#postgres.ask(insert, Infinity);
    while (this.#reign === reign && !this.#hasLease(reign)) await sleep(TICK_MS);
    if (this.#reign !== reign) return;
    reign.isOpen = true;
    await this.#postgres.reconfigure({ role: "primary", open: true, admits: true });
    say(`open for writes in term ${reign.term}`);
  }

  #hasLease({ answeredAt }: Reign): boolean {
    const now = performance.now();
    return (
      this.#settings.failover !== "lease" ||
      now <= leaseEnd([...answeredAt.values()], this.#nodes.length, now, LEASE_MS)
    );
  }

  #answers(): Promise<boolean> {
    return this.#postgres.ask("SELECT 1").then(
      () => true,
      () => false,
    );
  }

  #abdicate(reason: string): void {
    say(`gives up term ${this.#reign?.term}: ${reason}`);
    this.#reign = undefined;
    this.#hear();
    this.#restart();
  }

  #ended(): void {
    this.#ends++;
    if (this.#reign !== undefined) this.#abdicate("PostgreSQL ended");
    else this.#restart();
  }

  /** Ends PostgreSQL now, whatever is being done to it, and starts it as a standby that follows nobody. */
  #restart(): void {
    this.#followed = undefined;
    const ended = this.#postgres.end();
    void this.#inTurn(async () => {
      await ended;
      await sleep(RESTART_PAUSE_MS);
      if (this.#ends < ENDS_MAX) this.#startNow();
      else this.#startLater();
    }).catch((error: unknown) => {
      say(`cannot end PostgreSQL: ${messageOf(error)}`);
      process.exit(1);
    });
  }

  #startNow(): void {
    if (!this.#postgres.runs && !this.#started(SHUT_STANDBY)) this.#startLater();
  }

  /** Meanwhile data with which it does not come up are replaced by the leader's, if there is one. */
  #startLater(): void {
    setTimeout(() => void this.#inTurn(async () => this.#startNow()), START_LATER_MS);
  }

  async #follow(term: number, leader: string, lineage: Lineage): Promise<void> {
    if (this.#following) return;
    this.#following = true;
    try {
      await this.#inTurn(() => this.#followNow(term, leader, lineage));
    } catch (error) {
      say(`does not follow ${leader} yet: ${messageOf(error)}`);
      await sleep(HEARTBEAT_MS);
    } finally {
      this.#following = false;
    }
  }

  async #followNow(term: number, leader: string, lineage: Lineage): Promise<void> {
    const outdated = () => this.#ballot.term !== term || this.#reign !== undefined;
    if (outdated()) return;
    const follow = this.#settings.hosts[leader]!;
    const fits = this.#ends < ENDS_MAX && !(await this.#hasDiverged(leader, lineage));
    if (outdated()) return;
    if (fits) {
      this.#postgres.lineage = lineage;
      await this.#postgres.shut({ ...SHUT_STANDBY, follow });
      say(`follows ${leader} in term ${term}`);
    } else {
      await this.#postgres.clone(follow, lineage);
      if (outdated()) return;
      await this.#postgres.end();
      this.#postgres.adopt();
      this.#ends = 0;
      this.#postgres.start({ ...SHUT_STANDBY, follow });
      say(`follows ${leader} in term ${term} with a copy of its data`);
    }
    this.#followed = term;
  }

  /**
   * Lets clients in once it has what opened its leader for writes. All that it shows then comes from that leader's log, and before that
   * nobody saw what a replaced primary wrote and nobody confirmed.
   */
  async #admit(term: number): Promise<void> {
    if (this.#admitting) return;
    this.#admitting = true;
    try {
      await this.#inTurn(async () => {
        const { duty } = this.#postgres;
        if (this.#followed !== term || duty.follow === undefined || duty.admits) return;
        const [arrived] = await this.#postgres.ask(`SELECT count(*) FROM primaries WHERE term = ${term}`);
        if (arrived !== "1" || this.#followed !== term) return;
        await this.#postgres.reconfigure({ ...duty, admits: true });
        say(`lets clients in, in term ${term}`);
      });
    } catch (error) {
      say(`lets nobody in yet: ${messageOf(error)}`);
    } finally {
      this.#admitting = false;
    }
  }

  async #hasDiverged(leader: string, lineage: Lineage): Promise<boolean> {
    const own = this.#positionAt(await this.#postgres.settle());
    this.#ends = 0;
    const diverged = hasDiverged(own, lineage);
    if (diverged) say(`has written what ${leader} has not, up to ${own.end} in term ${own.term}`);
    return diverged;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
