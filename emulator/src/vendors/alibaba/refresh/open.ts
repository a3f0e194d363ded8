/** One flavor for one tenant. */
import type { OpenService, ServiceDefinition, ServiceState } from "../../../ports/service.ts";
import type { TenantPort } from "../../../ports/tenant.ts";
import { taskOverview } from "../../overview.ts";
import { dailyCounters } from "../../quota.ts";
import { Records, together } from "../../state.ts";
import { taskBoard } from "../../tasks.ts";
import { noPermission } from "../errors.ts";
import { type AlibabaOperation, operations } from "../operation.ts";
import type { Refresh } from "./context.ts";
import { refreshSeedSchema, storeOf } from "./domains.ts";
import { domainConfiguring, refreshQuota } from "./errors.ts";
import { type Flavor, objectTypes } from "./flavor.ts";
import { dailyLimit } from "./limits.ts";
import { hostOf } from "./submit.ts";
import { TaskIds } from "./task-ids.ts";

export function refreshErrors(flavor: Flavor): ServiceDefinition["errors"] {
  return {
    throttled: (_limit, _seen, settings) => flavor.throttled(settings),
    quotaExhausted: refreshQuota,
    permissionDenied: (action, key) => noPermission(flavor.name, action, key),
    locked: domainConfiguring,
  };
}

/** The pages name domains, but for what is about tags, ids and quotas; a list of all domains is about `domain/*`. */
export function refreshResources(flavor: Flavor): ServiceDefinition["resources"] {
  return (action, input, account) => {
    const text = (name: string): string | undefined => {
      const value = input?.[name];
      return typeof value === "string" && value !== "" ? value : undefined;
    };
    const named = (domain: string): string => `acs:${flavor.name}:*:${account}:domain/${domain.toLowerCase()}`;
    if (action.endsWith("RefreshTasks")) return [named(text("DomainName") ?? "*")];
    const domain = text("Domain");
    if (domain !== undefined) return [named(domain)];
    const hosts = (text("ObjectPath") ?? "").split(/\r?\n/).flatMap((path) => hostOf(path) ?? []);
    return hosts.length === 0 ? ["*"] : [...new Set(hosts)].map(named);
  };
}

export function openRefresh(
  flavor: Flavor,
  tenant: TenantPort,
  seed: unknown,
  byAction: (refresh: Refresh) => Readonly<Record<string, AlibabaOperation>>,
): OpenService {
  const seeded = refreshSeedSchema.parse(seed);
  const domains = new Records(seeded.domains.map((domain) => [domain.domain.toLowerCase(), domain]));
  const accounts = new Records(Object.entries(seeded.accounts));
  const tasks = taskBoard(tenant, flavor.name);
  const quotas = dailyCounters(tenant, flavor.limits.resetHour);
  const [fewest, most] = flavor.idDigits;
  const ids = new TaskIds(() => tenant.random.digits(fewest + tenant.random.integer(most - fewest + 1)));
  const refresh: Refresh = { flavor, tenant, domains, accounts, tasks, quotas, ids };
  return {
    operations: operations(byAction(refresh)),
    state: together({ domains, accounts, tasks, quotas }),
    delivery(host) {
      const domain = domains.get(host);
      if (!domain) return undefined;
      const { tagHeader, tagsCaseInsensitive } = domain;
      const store = storeOf(domain);
      return { service: flavor.name, scope: host, tagHeader, tagsCaseInsensitive, store, keyFeatures: [] };
    },
    describe: () => describe(refresh),
  };
}

function describe(refresh: Refresh): ServiceState {
  const { tenant, flavor, quotas, tasks } = refresh;
  const domains = [...refresh.domains.values()];
  const owners = [...new Set(domains.map(({ account }) => account))];
  const limitOf = (type: (typeof objectTypes)[number] | "Preload"): number =>
    type === "Preload" ? tenant.settings.limit(flavor.limits.preloadDaily) : dailyLimit(flavor, tenant.settings, type);
  const accounts = owners.map((account) => ({
    account,
    quotas: [...objectTypes, "Preload" as const].map((type) => ({
      type,
      limit: limitOf(type),
      used: quotas.used(`${account}/${type}`),
    })),
  }));
  const places = accounts.map((owner) => ({
    kind: flavor.name.toUpperCase(),
    name: `account ${owner.account}`,
    facts: [],
    hosts: domains
      .filter(({ account }) => account === owner.account)
      .map(({ domain, status }) => ({ host: domain, ...(status === "online" ? {} : { note: status }) })),
    tagRules: [],
    quotas: owner.quotas,
  }));
  return { places, domains, accounts, tasks: taskOverview(tasks, tenant.clock.now()) };
}
