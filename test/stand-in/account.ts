/** One account: its manners, the tasks it was given, what they come to by the clock, and what its edge holds. */
import { isStale, isWarm, type Order, type Page, type Task } from "./edge.ts";
import { plain, spell, type Manners, type Trouble } from "./manners.ts";

export interface Row {
  readonly task: Task;
  readonly target: string | undefined;
  readonly state: "waiting" | "working" | "done" | "failed";
  readonly reason: string | undefined;
}

export interface Request {
  readonly action: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly executed: boolean;
}

/** Ids from here on are rounded by whoever reads them as JavaScript's numbers. */
const firstId = 2n ** 53n + 1n;

export class Account {
  readonly id: string;
  manners: Manners;
  taskMs = 300;
  /** Of each kind, every day. */
  daily = 10_000;
  readonly requests: Request[] = [];
  readonly troubles: Trouble[] = [];
  readonly #clock: () => number;
  readonly #tasks: Task[] = [];
  readonly #foreign = new Set<Task>();
  readonly #pages = new Map<string, Page>();

  constructor(id: string, clock: () => number, manners: Partial<Manners>) {
    this.id = id;
    this.#clock = clock;
    this.manners = { ...plain, ...manners };
  }

  /** What this cloud's clock shows. */
  now(): number {
    return this.#clock() + this.manners.skewMs;
  }

  // What the API does.

  /** Carries an order out: the tasks that it makes, one for each group of targets. */
  take(order: Order, groups: readonly (readonly string[])[] = [order.targets]): Task[] {
    if (this.manners.busy) {
      this.foreign({ ...order, targets: order.targets.slice(0, 1) }, 20_000);
      const verb = order.verb === "purge" ? "prefetch" : "purge";
      const kind = { prefetch: "preload", purge: order.cache === "teo" ? "purge_url" : "file" }[verb];
      const [url] = order.targets.filter((target) => /^https?:/i.test(target));
      if (url !== undefined) this.foreign({ cache: order.cache, verb, kind, targets: [url] });
    }
    return groups.map((targets) => this.#make({ ...order, targets }, 0));
  }

  /** What another tool on this account did. */
  foreign(order: Order, agoMs = 0): void {
    this.#foreign.add(this.#make(order, agoMs));
  }

  #make(order: Order, agoMs: number): Task {
    const task = {
      ...order,
      id: firstId + BigInt(this.#tasks.length),
      madeAt: this.now() - agoMs,
      failed: agoMs > 0 ? new Map<string, string>() : this.#failing(order.targets),
    };
    this.#tasks.push(task);
    return task;
  }

  #failing(targets: readonly string[]): Map<string, string> {
    const failed = new Map<string, string>();
    for (const target of targets) {
      const trouble = this.trouble((each) => each.kind === "failTarget" && each.as === "row" && each.target === target);
      if (trouble?.kind === "failTarget") failed.set(target, trouble.reason);
    }
    return failed;
  }

  /** The first trouble that fits; it hits once. */
  trouble(fits: (trouble: Trouble) => boolean): Trouble | undefined {
    const at = this.troubles.findIndex(fits);
    return at === -1 ? undefined : this.troubles.splice(at, 1)[0];
  }

  used(cache: string, kind: string): number {
    const own = this.#tasks.filter((task) => !this.#foreign.has(task));
    const today = own.filter((task) => day(task.madeAt) === day(this.now()));
    // Edge routines share DCDN's.
    const same = (other: string): boolean => other.replace(/^er.*/, "dcdn") === cache.replace(/^er.*/, "dcdn");
    return today.filter((task) => same(task.cache) && task.kind === kind).flatMap(({ targets }) => targets).length;
  }

  /** What a list shows of the tasks that fit. */
  rows(fits: (task: Task) => boolean): Row[] {
    const { order, repeats } = this.manners;
    const listed = this.#tasks.filter((task) => fits(task) && this.#isListed(task));
    const once = listed.toSorted((a, b) => a.madeAt - b.madeAt).flatMap((task) => this.#rowsOf(task));
    const rows = repeats ? once.flatMap((row) => [row, row]) : once;
    if (order === "shuffled") {
      const middle = Math.floor(rows.length / 2);
      return rows.slice(middle).flatMap((row, at) => [row, ...rows.slice(at, Math.min(at + 1, middle))]);
    }
    return order === "newest" ? rows.toReversed() : rows;
  }

  #isListed(task: Task): boolean {
    const { listedAfterMs, lateHost } = this.manners;
    const late = lateHost === undefined || task.targets.some((target) => hostOf(target) === lateHost);
    return !late || this.now() - task.madeAt >= listedAfterMs;
  }

  #rowsOf(task: Task): Row[] {
    const { rows, spelling } = this.manners;
    const age = this.now() - task.madeAt;
    const unless = (failed: string | undefined): Pick<Row, "state" | "reason"> =>
      age < this.taskMs
        ? { state: age * 3 < this.taskMs ? "waiting" : "working", reason: undefined }
        : { state: failed === undefined ? "done" : "failed", reason: failed };
    if (rows === "each") {
      return task.targets.map((target) => ({
        task,
        target: spell(target, spelling),
        ...unless(task.failed.get(target)),
      }));
    }
    const first = task.targets[0];
    const target = rows === "unnamed" || first === undefined ? undefined : spell(first, spelling);
    return [{ task, target, ...unless([...task.failed.values()][0]) }];
  }

  // What visitors see.

  /** New content at the origin; what the edge has of it is older. */
  publish(url: string, tags: readonly string[] = []): void {
    this.#pages.set(url, { url, tags, at: this.now() });
  }

  /** Published pages of which this cache may still hold an older copy, or for a prefetch: no new one. */
  behind(cache: string, verb: Order["verb"]): string[] {
    const done = this.#done(cache);
    const pages = [...this.#pages.values()];
    return pages.filter((page) => (verb === "purge" ? isStale(page, done) : !isWarm(page, done))).map(({ url }) => url);
  }

  /** Whoever asked for them. */
  #done(cache: string): Task[] {
    return this.#tasks.filter((task) => task.cache === cache && this.now() - task.madeAt >= this.taskMs);
  }
}

export function hostOf(target: string): string {
  return (/^[a-z]+:\/\/([^/?#:]+)/i.exec(target)?.[1] ?? target).toLowerCase();
}

/** Quotas are of days of UTC+8. */
function day(at: number): number {
  return Math.floor((at + 8 * 3_600_000) / 86_400_000);
}
