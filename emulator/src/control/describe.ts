/** A tenant as the control API shows it. */
import type { Tenant } from "../tenant/tenant.ts";
import { configurationOf } from "./configuration.ts";
import type { EdgeObject, State, TenantInfo, Urls } from "./protocol.ts";

export function tenantInfo(tenant: Tenant, urls: Urls): TenantInfo {
  return { name: tenant.name, keys: tenant.keys, configuration: configurationOf(tenant, urls.endpoint) };
}

export function stateOf(tenant: Tenant): State {
  return {
    tenant: tenant.name,
    clock: { mode: tenant.clock.mode, now: new Date(tenant.clock.now()).toISOString() },
    services: Object.fromEntries([...tenant.services].map(([name, service]) => [name, service.describe()])),
    nodes: tenant.edge.nodes.map(({ name, store }) => ({ name, objects: store.size })),
    pendingOrders: tenant.edge.pending,
  };
}

export function edgeObjects(
  tenant: Tenant,
  filter: { host: string | undefined; node: string | undefined; limit: number },
): EdgeObject[] {
  const found: EdgeObject[] = [];
  for (const { name, store } of tenant.edge.nodes) {
    if (filter.node !== undefined && filter.node !== name) continue;
    for (const object of store.all()) {
      if (filter.host !== undefined && filter.host !== object.host) continue;
      if (found.length >= filter.limit) return found;
      const policy = tenant.edge.policies.wake(object);
      found.push({
        node: name,
        host: object.host,
        path: object.path,
        features: object.features,
        status: object.status,
        tags: object.tags,
        ageSeconds: Math.floor(policy.age()),
        ttlSeconds: Math.floor(policy.timeToLive() / 1000),
        state: object.expired ? "expired" : policy.stale() ? "stale" : "fresh",
        bytes: object.body.byteLength,
      });
    }
  }
  return found;
}
