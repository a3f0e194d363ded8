/**
 * A tenant: one isolated copy of everything, found by its access keys (clouds) or by its name (visitors, control).
 * Test suites that run side by side on one emulator take a tenant each.
 */
import * as z from "zod";
import type { AccessKey } from "../ports/keys.ts";
import type { DrivenClock } from "../clock/clock.ts";
import { type Random, seededRandom } from "../clock/random.ts";
import { RequestLog } from "./log.ts";
import { EdgeCloud, type EdgeDump } from "../edge/cloud.ts";
import type { OriginFetch } from "../origin/client.ts";
import type { ObjectStorage, SharedStorage } from "../ports/storage.ts";
import type { TenantPort, WindowCounts } from "../ports/tenant.ts";
import type { Vendor } from "../ports/vendor.ts";
import { Origin, type Page } from "../origin/origin.ts";
import type { Delivery } from "../ports/edge.ts";
import { originTimeoutMs } from "../edge/settings.ts";
import type { OpenService, ServiceDefinition } from "../ports/service.ts";
import { Faults } from "./faults.ts";
import { NonceMemory } from "./nonces.ts";
import { Rates } from "./rate.ts";
import { type Seed, SeedError } from "./seed.ts";
import { type KnownSettings, type Overrides, TenantSettings } from "./settings.ts";

export interface TenantParts {
  readonly name: string;
  readonly seed: Seed;
  readonly clock: DrivenClock;
  readonly randomSeed: number;
  readonly logSize: number;
  readonly vendors: readonly Vendor[];
  readonly known: KnownSettings;
  readonly fetchOrigin: (timeoutMs: () => number) => OriginFetch;
  readonly storage: SharedStorage;
}

interface Snapshot {
  readonly services: ReadonlyMap<string, unknown>;
  readonly edge: EdgeDump;
  readonly pages: readonly Page[];
  readonly settings: Overrides;
  readonly now: number;
  readonly frozen: boolean;
}

interface Running {
  readonly settings: TenantSettings;
  readonly random: Random;
  readonly rates: Rates;
  readonly nonces: NonceMemory;
  readonly faults: Faults;
  readonly origin: Origin;
  readonly edge: EdgeCloud;
  readonly storage: ObjectStorage;
  readonly services: ReadonlyMap<string, OpenService>;
}

export class Tenant implements TenantPort {
  readonly name: string;
  readonly clock: DrivenClock;
  readonly log: RequestLog;
  readonly #parts: TenantParts;
  readonly #snapshots = new Map<string, Snapshot>();
  #seed: Seed;
  #running: Running;

  constructor(parts: TenantParts) {
    this.name = parts.name;
    this.clock = parts.clock;
    this.log = new RequestLog(parts.logSize);
    this.#parts = parts;
    this.#seed = parts.seed;
    this.#running = this.#start();
  }

  get vendors(): readonly Vendor[] {
    return this.#parts.vendors;
  }
  get keys(): readonly AccessKey[] {
    return this.#seed.keys;
  }
  get settings(): TenantSettings {
    return this.#running.settings;
  }
  get random(): Random {
    return this.#running.random;
  }
  get rates(): Rates {
    return this.#running.rates;
  }
  get windows(): WindowCounts {
    return this.rates.window;
  }
  get storage(): ObjectStorage {
    return this.#running.storage;
  }
  get nonces(): NonceMemory {
    return this.#running.nonces;
  }
  get faults(): Faults {
    return this.#running.faults;
  }
  get origin(): Origin {
    return this.#running.origin;
  }
  get edge(): EdgeCloud {
    return this.#running.edge;
  }
  get services(): ReadonlyMap<string, OpenService> {
    return this.#running.services;
  }

  /** Back to the seed, or to another one: state, caches, faults, switches and logs. The clock stays. */
  reset(seed: Seed = this.#seed): void {
    const before = this.#seed;
    this.#seed = seed;
    try {
      this.#running = this.#start();
    } catch (error) {
      this.#seed = before;
      throw error;
    }
    this.log.clear();
  }

  takeSnapshot(name: string): void {
    const { services, edge, origin, settings } = this.#running;
    this.#snapshots.set(name, {
      services: new Map([...services].map(([service, open]) => [service, structuredClone(open.state.dump())])),
      edge: edge.dump(),
      pages: origin.dump(),
      settings: settings.overrides(),
      now: this.clock.now(),
      frozen: this.clock.mode === "frozen",
    });
  }

  /** Takes a snapshot back: clouds, caches, pages, settings and, if it stood still, the clock. */
  restoreSnapshot(name: string): boolean {
    const snapshot = this.#snapshots.get(name);
    if (!snapshot) return false;
    this.#running = this.#start(snapshot.settings);
    for (const [service, dump] of snapshot.services)
      this.#running.services.get(service)?.state.load(structuredClone(dump));
    this.#running.edge.load(snapshot.edge);
    this.#running.origin.load(snapshot.pages);
    if (snapshot.frozen) this.clock.freeze(snapshot.now);
    return true;
  }

  get snapshots(): readonly string[] {
    return [...this.#snapshots.keys()];
  }

  #start(overrides: Overrides = this.#seed): Running {
    const { vendors, known, fetchOrigin, randomSeed, storage } = this.#parts;
    const seed = this.#seed;
    const settings = new TenantSettings(known, overrides);
    const random = seededRandom(randomSeed);
    const now = (): number => this.clock.now();
    const services = new Map<string, OpenService>();
    const delivery = (host: string): Delivery | undefined => {
      for (const service of services.values()) {
        const found = service.delivery(host);
        if (found) return found;
      }
      return undefined;
    };
    const running: Running = {
      settings,
      random,
      rates: new Rates(now),
      nonces: new NonceMemory(now),
      faults: new Faults(random),
      origin: new Origin(this.clock),
      edge: new EdgeCloud(
        seed.nodes,
        this.clock,
        settings,
        fetchOrigin(() => settings.limit(originTimeoutMs)),
        delivery,
      ),
      storage: storage.forTenant(random),
      services,
    };
    const port: TenantPort = { clock: this.clock, windows: running.rates.window, ...running };
    for (const definition of vendors.flatMap((vendor) => vendor.services)) {
      services.set(definition.name, openService(definition, port, seed.services[definition.name]));
    }
    for (const page of seed.pages) running.origin.publish(page);
    for (const fault of seed.faults) running.faults.add(fault);
    return running;
  }
}

function openService(definition: ServiceDefinition, tenant: TenantPort, seed: unknown): OpenService {
  try {
    return definition.open(tenant, seed);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new SeedError(`the seed's part "${definition.name}" is not valid:\n${z.prettifyError(error)}`);
  }
}
