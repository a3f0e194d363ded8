/** An origin, edge nodes and a cloud by the virtual clock: what a gate and a check meet, and what a visitor would get. */
import type { CallContext } from "../../../provider/src/core/call.ts";
import type { Visitor, Visit } from "../../../provider/src/probe/visit.ts";
import type { Batch, Submission } from "../../../provider/src/triggers/service.ts";
import { PaperCloud } from "../../triggers/paper-cloud.ts";
import type { VirtualClock } from "../../triggers/virtual-clock.ts";

export const origin = "192.0.2.1";
export const nodeAddresses = ["198.51.100.1", "198.51.100.2", "198.51.100.3"] as const;

/** How a release reaches the origin. */
export interface Arrival {
  readonly lateMs: number;
  /** So long after that the servers behind its name do not agree. */
  readonly flapMs: number;
  /** So long from now on it gives no answer. */
  readonly downMs: number;
}

interface Copy {
  readonly body: string;
  readonly storedAt: number;
}

interface Order {
  readonly at: number;
  readonly node: string;
  readonly targets: readonly string[];
}

export class Model extends PaperCloud {
  readonly #time: VirtualClock;
  readonly #old = new Map<string, string>();
  readonly #new = new Map<string, string>();
  #arrival = { from: 0, until: 0, upFrom: 0 };
  #turn = 0;
  readonly #copies = new Map<string, Copy>();
  #orders: Order[] = [];
  /** Milliseconds by which each node obeys later than the cloud says. */
  lateMs: readonly number[] = [0, 0, 0];
  /** These nodes obey none of the next purges: how many. */
  readonly deaf = new Map<string, number>();
  /** How long an answer takes. */
  latencyMs: (url: string) => number = () => 20;
  /** What probes asked for: when, where, what, and with what result. */
  readonly probes: { readonly at: number; readonly server: string; readonly url: string; readonly body: string }[] = [];
  readonly #taskMs: number;

  constructor(clock: VirtualClock, taskMs: number) {
    super(clock, { taskMs });
    this.#time = clock;
    this.#taskMs = taskMs;
  }

  publish(pages: ReadonlyMap<string, string>, { lateMs, flapMs, downMs }: Arrival): void {
    const now = this.#time.monotonic();
    for (const url of new Set([...this.#new.keys(), ...pages.keys()])) {
      this.#old.set(url, this.#atOrigin(url));
      this.#new.set(url, pages.get(url) ?? "");
    }
    this.#arrival = { from: now + lateMs, until: now + lateMs + flapMs, upFrom: now + downMs };
  }

  /** From now on the origin is as it should be, and every node hears. */
  settle(): void {
    this.#arrival = { from: 0, until: 0, upFrom: 0 };
    this.deaf.clear();
    this.lateMs = [0, 0, 0];
  }

  /** As a visitor of the node; "" for a page that is not there, `undefined` without an answer. */
  at(node: string, url: string): string | undefined {
    return this.#serve(node, url)?.body;
  }

  /** What the node has, without fetching what it has not. */
  copyAt(node: string, url: string): string | undefined {
    this.#obey();
    return this.#copies.get(`${node} ${url}`)?.body;
  }

  override async submit(batch: Batch, call: CallContext): Promise<Submission> {
    const before = this.calls.length;
    try {
      return await super.submit(batch, call);
    } finally {
      for (const { targets } of this.calls.slice(before)) this.#purge(targets);
    }
  }

  readonly visit: Visitor = async ({ url, address = "" }, signal): Promise<Visit> => {
    const asked = this.#time.monotonic();
    await this.#time.sleep(this.latencyMs(url), signal).catch(() => undefined);
    const at = this.#time.monotonic();
    const served = address === origin ? this.#fetch(url) : this.#serve(address, url);
    this.probes.push({ at: asked, server: address, url, body: served?.body ?? "none" });
    if (served === undefined) return { problem: "no answer: ECONNREFUSED" };
    const headers: Record<string, string> =
      served.storedAt === undefined ? {} : { age: String(Math.floor((at - served.storedAt) / 1000)) };
    const body = Buffer.from(served.body);
    return { status: served.body === "" ? 404 : 200, headers, body, node: address };
  };

  #atOrigin(url: string): string {
    const now = this.#time.monotonic();
    const flaps = now >= this.#arrival.from && now < this.#arrival.until;
    const isNew = flaps ? this.#turn++ % 2 === 1 : now >= this.#arrival.from;
    return (isNew ? this.#new : this.#old).get(url) ?? "";
  }

  #fetch(url: string): { readonly body: string; readonly storedAt?: undefined } | undefined {
    return this.#time.monotonic() < this.#arrival.upFrom ? undefined : { body: this.#atOrigin(url) };
  }

  #serve(node: string, url: string): { readonly body: string; readonly storedAt?: number | undefined } | undefined {
    this.#obey();
    const key = `${node} ${url}`;
    const copy = this.#copies.get(key);
    if (copy !== undefined) return copy;
    const fetched = this.#fetch(url);
    if (fetched !== undefined) this.#copies.set(key, { ...fetched, storedAt: this.#time.monotonic() });
    return fetched;
  }

  #purge(targets: readonly string[]): void {
    nodeAddresses.forEach((node, index) => {
      const ignores = this.deaf.get(node) ?? 0;
      if (ignores > 0) return void this.deaf.set(node, ignores - 1);
      // When the cloud says "done", a node that is not late has obeyed.
      const at = this.#time.monotonic() + this.#taskMs / 2 + (this.lateMs[index] ?? 0);
      this.#orders.push({ at, node, targets });
    });
  }

  #obey(): void {
    const now = this.#time.monotonic();
    for (const { node, targets } of this.#orders.filter(({ at }) => at <= now)) {
      for (const target of targets) this.#copies.delete(`${node} ${target}`);
    }
    this.#orders = this.#orders.filter(({ at }) => at > now);
  }
}
