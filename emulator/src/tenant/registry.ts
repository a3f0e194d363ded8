/** All tenants of an emulator, found by name or by access key. */
import type { AccessKey } from "../ports/keys.ts";
import type { Seed } from "./seed.ts";
import { seedFor } from "./seed.ts";
import type { Tenant } from "./tenant.ts";

export const DEFAULT_TENANT = "default";

export class TenantRegistry {
  readonly #open: OpenTenant;
  readonly #tenants = new Map<string, Tenant>();
  readonly #keys = new Map<string, { tenant: Tenant; key: AccessKey }>();
  readonly #baseSeed: Seed;

  constructor(baseSeed: Seed, open: OpenTenant) {
    this.#baseSeed = baseSeed;
    this.#open = open;
    this.#register(open(DEFAULT_TENANT, baseSeed, "inherit"));
  }

  get default(): Tenant {
    const tenant = this.#tenants.get(DEFAULT_TENANT);
    if (!tenant) throw new Error("the default tenant is always there");
    return tenant;
  }

  find(name: string | undefined): Tenant | undefined {
    return this.#tenants.get(name ?? DEFAULT_TENANT);
  }

  byKey(accessKeyId: string): { tenant: Tenant; key: AccessKey } | undefined {
    return this.#keys.get(accessKeyId);
  }

  get all(): readonly Tenant[] {
    return [...this.#tenants.values()];
  }

  /** A fresh tenant with its own copy of the seed. Its keys are the seed's with `-<name>` behind them. */
  create(name: string, options: { seed?: Seed; clock?: "inherit" | "real" | number } = {}): Tenant {
    this.remove(name);
    const tenant = this.#open(name, seedFor(options.seed ?? this.#baseSeed, name), options.clock ?? "inherit");
    this.#register(tenant);
    return tenant;
  }

  /** Replaces a tenant's seed, keys included. */
  reseed(tenant: Tenant, seed: Seed): void {
    tenant.reset(tenant.name === DEFAULT_TENANT ? seed : seedFor(seed, tenant.name));
    this.#forgetKeys(tenant);
    this.#rememberKeys(tenant);
  }

  remove(name: string): boolean {
    const tenant = this.#tenants.get(name);
    if (!tenant || name === DEFAULT_TENANT) return false;
    this.#tenants.delete(name);
    this.#forgetKeys(tenant);
    return true;
  }

  #register(tenant: Tenant): void {
    this.#tenants.set(tenant.name, tenant);
    this.#rememberKeys(tenant);
  }

  #rememberKeys(tenant: Tenant): void {
    for (const key of tenant.keys) this.#keys.set(key.accessKeyId, { tenant, key });
  }

  #forgetKeys(tenant: Tenant): void {
    for (const [id, owner] of this.#keys) if (owner.tenant === tenant) this.#keys.delete(id);
  }
}

type OpenTenant = (name: string, seed: Seed, clock: "inherit" | "real" | number) => Tenant;
