/**
 * The nodes of one tenant, and what is still to reach them. Orders wait in a list and are carried out in the order
 * of their moments whenever somebody asks (`settle`), so the clock alone drives them.
 */
import type { Clock } from "../clock/clock.ts";
import type { Snapshotted } from "../ports/snapshot.ts";
import type { Settings } from "../ports/settings.ts";
import { excerpt } from "../origin/excerpt.ts";
import { addressOf } from "../ports/address.ts";
import { EdgeLog } from "./log.ts";
import { EdgeNode, type Served, type Visit } from "./node.ts";
import type { OriginFetch } from "../origin/client.ts";
import { type PolicyFactory, policiesFor } from "./policy.ts";
import type { Delivery, EdgePort, PrefetchOrder, PurgeOrder } from "../ports/edge.ts";
import { lateNodeMs, negativeTtl } from "./settings.ts";
import type { CachedObject } from "./store.ts";

interface PendingPurge {
  readonly at: number;
  readonly node: number;
  readonly purge: PurgeOrder;
}
type Pending = PendingPurge | { readonly at: number; readonly prefetch: PrefetchOrder };
type Result = { readonly ok: true } | { readonly ok: false; readonly reason: "status" | "timeout" };

export interface EdgeDump {
  readonly pending: readonly Pending[];
  readonly results: readonly (readonly [string, Result])[];
  readonly objects: readonly (readonly CachedObject[])[];
}

export class EdgeCloud implements EdgePort, Snapshotted<EdgeDump> {
  readonly nodes: readonly EdgeNode[];
  readonly policies: PolicyFactory;
  readonly log = new EdgeLog();
  readonly #clock: Clock;
  readonly #settings: Settings;
  readonly #delivery: (host: string) => Delivery | undefined;
  readonly #results = new Map<string, Result>();
  #pending: Pending[] = [];
  #settling: Promise<void> | undefined;

  constructor(
    names: readonly string[],
    clock: Clock,
    settings: Settings,
    fetchOrigin: OriginFetch,
    delivery: (host: string) => Delivery | undefined,
  ) {
    this.#clock = clock;
    this.#settings = settings;
    this.#delivery = delivery;
    this.policies = policiesFor(() => clock.now());
    const { policies } = this;
    this.nodes = names.map(
      (name) => new EdgeNode(name, { policies, fetchOrigin, negativeTtl: () => settings.limit(negativeTtl) }),
    );
  }

  purge(order: PurgeOrder): void {
    const last = order.until + this.#settings.limit(lateNodeMs);
    const step = (last - order.from) / this.nodes.length;
    this.nodes.forEach(({ name }, node) => {
      if (order.nodes?.includes(name) === false) return;
      const at = node === this.nodes.length - 1 ? last : Math.floor(order.from + step * (node + 1));
      this.#insert({ at, node, purge: order });
    });
  }

  prefetch(order: PrefetchOrder): void {
    this.#insert({ at: order.at, prefetch: order });
  }

  holdsTag(tag: string, host: string): boolean {
    return this.nodes.some(({ store }) => store.holdsTag(tag, host));
  }

  prefetchResult(key: string, url: string): Result | undefined {
    return this.#results.get(`${key} ${url}`);
  }

  /** Carries out what is due. Purges are done when it returns; prefetches when the promise is fulfilled. */
  settle(): Promise<void> | undefined {
    const now = this.#clock.now();
    const first = this.#pending[0];
    if (!first || first.at > now) return this.#settling;
    const due = this.#pending.filter((order) => order.at <= now);
    this.#pending = this.#pending.filter((order) => order.at > now);
    const fetches: Promise<void>[] = [];
    for (const order of due) {
      if ("purge" in order) this.#obey(order);
      else fetches.push(this.#carryOutPrefetch(order.prefetch));
    }
    if (fetches.length > 0) {
      const running = Promise.all([this.#settling, ...fetches]).then(() => {
        if (this.#settling === running) this.#settling = undefined;
      });
      this.#settling = running;
    }
    return this.#settling;
  }

  /** Serves a visitor at a node; the first one unless named. Undefined: no service delivers this host. */
  async serve(visit: Visit, nodeName: string | undefined): Promise<(Served & { node: string }) | undefined> {
    // purges that are due have been obeyed when this returns; prefetches need not be waited for
    void this.settle();
    const delivery = this.#delivery(visit.host);
    const node = nodeName === undefined ? this.nodes[0] : this.nodes.find(({ name }) => name === nodeName);
    if (!delivery || !node) return undefined;
    const served = await node.serve(visit, delivery);
    const { method, host, path } = visit;
    const { status, cache, age, headers, body } = served;
    const type = headers["content-type"];
    const text = excerpt(typeof type === "string" ? type : undefined, body);
    this.log.add(this.#clock.now(), {
      kind: "visit",
      node: node.name,
      method,
      host,
      path,
      status,
      cache,
      age,
      excerpt: text,
    });
    return { ...served, node: node.name };
  }

  clear(): void {
    for (const node of this.nodes) node.store.clear();
  }

  get pending(): number {
    return this.#pending.length;
  }

  dump(): EdgeDump {
    return {
      pending: [...this.#pending],
      results: [...this.#results],
      objects: this.nodes.map((node) => [...node.store.all()].map((object) => ({ ...object }))),
    };
  }

  load(dump: EdgeDump): void {
    this.#pending = [...dump.pending];
    this.#results.clear();
    for (const [key, result] of dump.results) this.#results.set(key, result);
    this.nodes.forEach((node, index) => {
      node.store.clear();
      for (const object of dump.objects[index] ?? []) node.store.add({ ...object });
    });
  }

  #obey({ at, node: index, purge }: PendingPurge): void {
    const node = this.nodes[index];
    if (node) this.log.addPurge(at, node.name, purge, node.obey(purge));
  }

  async #carryOutPrefetch(order: PrefetchOrder): Promise<void> {
    await Promise.all(
      order.urls.map(async (url) => {
        this.#results.set(`${order.key} ${url}`, await this.#prefetchOne(url, order.headers));
      }),
    );
  }

  async #prefetchOne(url: string, headers: Readonly<Record<string, string>>): Promise<Result> {
    const address = addressOf(url);
    const delivery = address && this.#delivery(address.host);
    if (!address || !delivery) return { ok: false, reason: "status" };
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const visit = { method: "GET", ...address, headers: lower };
    // what no request can carry, such as a header with a line feed, is a failure of this prefetch alone
    const served = await Promise.all(this.nodes.map((node) => node.serve(visit, delivery))).catch(() => []);
    if (served.length === 0) return { ok: false, reason: "status" };
    // redirects are not followed and count as failures
    if (served.every(({ status }) => status >= 200 && status < 300)) return { ok: true };
    return { ok: false, reason: served.some(({ status }) => status === 504) ? "timeout" : "status" };
  }

  #insert(order: Pending): void {
    let index = this.#pending.length;
    while (index > 0 && (this.#pending[index - 1]?.at ?? 0) > order.at) index -= 1;
    this.#pending.splice(index, 0, order);
  }
}
