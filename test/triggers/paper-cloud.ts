/**
 * A cloud on paper: takes calls, lists tasks, forgets them, and fails on
 * request, all by an injected clock. What the triggers' mechanism is proven on.
 */
import type { CallContext } from "../../provider/src/core/call.ts";
import type { Clock } from "../../provider/src/core/clock.ts";
import { Fault, type FaultFacts, type FaultKind } from "../../provider/src/core/errors.ts";
import { VendorClock } from "../../provider/src/core/vendor-clock.ts";
import { DomainWindows } from "../../provider/src/core/pace/domain-windows.ts";
import { RateLimiter, type Pace } from "../../provider/src/core/rate-limit.ts";
import type {
  Batch,
  KindRules,
  Lane,
  Submission,
  TaskRow,
  TriggerService,
} from "../../provider/src/triggers/service.ts";

export interface PaperOptions {
  readonly rules?: Partial<KindRules>;
  readonly pace?: Pace;
  readonly taskMs?: number;
  readonly listedAfterMs?: number;
  readonly memoryMs?: number;
  /** Refuse calls above the pace, as the vendor would. */
  readonly strict?: boolean;
  /** How far its clock is ahead of ours; then nothing tells it but its own answers. */
  readonly skewMs?: number;
  /** How far the times in its lists are ahead of that clock. */
  readonly rowsAheadMs?: number;
  /** URLs of one domain that the vendor takes within any minute, and what its pages say of that. */
  readonly urlsPerMinute?: { readonly takes: number; readonly readings: readonly [number, ...number[]] };
}

interface PaperTask {
  readonly id: string;
  readonly targets: readonly string[];
  readonly at: number;
}

export type Objection = Pick<FaultFacts, "kind" | "code" | "blames">;
export type Trouble = FaultKind | "lostAfter" | "lostBefore" | "hang";

export class PaperCloud implements TriggerService {
  readonly name = "Paper";
  readonly verb = "purge";
  readonly memoryMs: number;
  readonly vendorClock: VendorClock;
  /** Every call that was carried out. */
  readonly calls: { readonly targets: readonly string[]; readonly at: number }[] = [];
  refusedForPace = 0;
  refusedForDomain = 0;
  reads = 0;
  /** The task list gives no answer but a refusal. */
  unreadable = false;
  /** What a list of tasks of unknown ids is answered with. */
  lookUpTrouble: FaultKind | undefined;
  /** What the next calls meet, one each. */
  readonly troubles: Trouble[] = [];
  readonly failing = new Set<string>();
  readonly refusing = new Set<string>();
  /** What a call is refused for, by its targets. */
  objection: ((targets: readonly string[]) => Objection | undefined) | undefined;
  /** Calls that were refused for that. */
  objections = 0;
  readonly #clock: Clock;
  /** The vendor has a clock of its own: setting the machine's does not move it. */
  readonly #epoch: number;
  readonly #options: PaperOptions;
  readonly #tasks: PaperTask[] = [];
  readonly #gate: RateLimiter;
  readonly #arrivals: number[] = [];
  readonly #windows: DomainWindows | undefined;
  readonly #urls: { readonly domain: string; readonly at: number }[] = [];

  constructor(clock: Clock, options: PaperOptions = {}) {
    this.#clock = clock;
    this.#epoch = clock.now() - clock.monotonic() + (options.skewMs ?? 0);
    this.#options = options;
    this.memoryMs = options.memoryMs ?? 3 * 86_400_000;
    this.#gate = new RateLimiter(this.pace(), { clock, random: () => 0.5 });
    if (options.urlsPerMinute !== undefined) {
      const { readings } = options.urlsPerMinute;
      const limit = { readings, perMs: 60_000, source: "paper", readOn: "2026-11-22" };
      this.#windows = new DomainWindows("paper", limit, { clock, random: () => 0.5 });
    }
    this.vendorClock = new VendorClock(clock);
    if (options.skewMs === undefined) this.#tellTime();
  }

  action(): string {
    return "PurgeOnPaper";
  }
  rules(): KindRules {
    return { perCall: 1000, bytesPerCall: 1 << 20, noun: "file", listed: "always", ...this.#options.rules };
  }
  gate(): RateLimiter {
    return this.#gate;
  }
  pace(): Pace {
    return this.#options.pace ?? { calls: 20, perMs: 1000 };
  }

  windows(): DomainWindows | undefined {
    return this.#windows;
  }

  async submit(batch: Batch, _call: CallContext): Promise<Submission> {
    const now = this.#now();
    await this.#clock.sleep(5);
    const trouble = this.troubles.shift();
    if (this.#tooFast(now)) throw this.#fault("throttled");
    if (trouble === "hang") await this.#clock.sleep(1e9);
    if (trouble === "lostBefore") throw this.#fault("ambiguous");
    if (trouble !== undefined && trouble !== "lostAfter" && trouble !== "hang") throw this.#fault(trouble);
    if (this.#tooManyUrls(batch.targets, now)) throw this.#fault("throttled", "domain");
    const targets = batch.targets === "all" ? ["all"] : batch.targets;
    const objection = this.objection?.(targets);
    if (objection !== undefined) {
      this.objections++;
      throw new Fault({ ...objection, cloud: this.name, action: this.action(), text: "an objection" });
    }
    const refused = targets.filter((target) => this.refusing.has(target));
    const taken = targets.filter((target) => !this.refusing.has(target));
    const task = { id: `t${this.#tasks.length + 1}`, targets: taken, at: this.#now() };
    this.#tasks.push(task);
    this.calls.push({ targets, at: now });
    if (trouble === "lostAfter") throw this.#fault("ambiguous");
    this.#tellTime();
    return {
      taskIds: [task.id],
      requestId: `r${task.id}`,
      refused: refused.map((target) => ({ target, code: "NoSuchHost", reason: "domain not valid" })),
    };
  }

  readTasks(_lane: Lane, tasks: readonly { readonly taskId: string }[]): Promise<readonly TaskRow[]> {
    this.reads++;
    if (this.unreadable) return Promise.reject(this.#fault("auth"));
    const ids = new Set(tasks.map((task) => task.taskId));
    return Promise.resolve(this.#rows().filter((row) => ids.has(row.taskId)));
  }

  tasksSince(_lane: Lane, since: number): Promise<readonly TaskRow[]> {
    this.reads++;
    if (this.lookUpTrouble !== undefined) return Promise.reject(this.#fault(this.lookUpTrouble));
    this.#tellTime();
    return Promise.resolve(this.#rows().filter((row) => (row.createdAt ?? 0) >= since));
  }

  quota(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** Targets of all calls that were carried out. */
  sent(): string[] {
    return this.calls.flatMap((call) => call.targets);
  }

  #tellTime(): void {
    const at = this.#clock.monotonic();
    this.vendorClock.learn(new Date(this.#now()).toUTCString(), at, at);
  }

  #now(): number {
    return this.#epoch + this.#clock.monotonic();
  }

  #rows(): TaskRow[] {
    const now = this.#now();
    return this.#tasks
      .filter((task) => now - task.at >= (this.#options.listedAfterMs ?? 0) && now - task.at < this.memoryMs)
      .flatMap((task) =>
        task.targets.map((target): TaskRow => {
          const done = now - task.at >= (this.#options.taskMs ?? 2000);
          const failed = done && this.failing.has(target);
          return {
            taskId: task.id,
            target,
            state: failed ? "failed" : done ? "done" : "pending",
            reason: failed ? "Internal Error" : undefined,
            createdAt: Math.floor((task.at + (this.#options.rowsAheadMs ?? 0)) / 1000) * 1000,
          };
        }),
      );
  }

  #tooFast(now: number): boolean {
    if (this.#options.strict !== true) return false;
    const { calls, perMs } = this.pace();
    const recent = this.#arrivals.filter((at) => at > now - perMs);
    if (recent.length >= calls) this.refusedForPace++;
    else this.#arrivals.push(now);
    return recent.length >= calls;
  }

  #tooManyUrls(targets: Batch["targets"], now: number): boolean {
    const most = this.#options.urlsPerMinute?.takes;
    if (most === undefined || targets === "all") return false;
    const hosts = targets.map((target) => new URL(target).host);
    const recent = this.#urls.filter(({ at }) => at > now - 60_000);
    for (const domain of new Set(hosts)) {
      const count = [...recent.map((url) => url.domain), ...hosts].filter((host) => host === domain).length;
      if (count > most) {
        this.refusedForDomain++;
        return true;
      }
    }
    this.#urls.push(...hosts.map((domain) => ({ domain, at: now })));
    return false;
  }

  #fault(kind: FaultKind, window?: "domain"): Fault {
    return new Fault({
      kind,
      window,
      retryAfterMs: window === undefined ? undefined : 60_000,
      cloud: this.name,
      action: this.action(),
      code: `Paper.${kind}`,
      text: `a ${kind} trouble`,
    });
  }
}
