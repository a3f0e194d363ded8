/** One flavor for one tenant. */
import { DailyCounters } from "../../quota.ts";
import { type Task, TaskBoard } from "../../tasks.ts";
import { noPermission } from "../errors.ts";
import { taskOverview } from "../../overview.ts";
import type { OpenService, Operation, ServiceDefinition, World } from "../../../ports/service.ts";
import type { Refresh } from "./context.ts";
import { type AccountStatus, type Domain, refreshSeedSchema } from "./domains.ts";
import { domainConfiguring, refreshQuota } from "./errors.ts";
import { type Flavor, objectTypes } from "./flavor.ts";
import { TaskIds } from "./task-ids.ts";

interface Dump {
  readonly domains: Domain[];
  readonly accounts: [string, AccountStatus][];
  readonly tasks: Task[];
  readonly quotas: ReturnType<DailyCounters["dump"]>;
}

export function refreshErrors(flavor: Flavor): ServiceDefinition["errors"] {
  return {
    throttled: (_limit, _seen, settings) => flavor.throttled(settings),
    quotaExhausted: refreshQuota,
    permissionDenied: (action, key) => noPermission(flavor.name, action, key),
    locked: domainConfiguring,
  };
}

export function openRefresh(
  flavor: Flavor,
  world: World,
  seed: unknown,
  operations: (refresh: Refresh) => [string, Operation][],
): OpenService<Dump> {
  const { domains, accounts } = refreshSeedSchema.parse(seed);
  const [fewest, most] = flavor.idDigits;
  const { limits } = flavor;
  const refresh: Refresh = {
    flavor,
    world,
    domains: new Map(domains.map((domain) => [domain.domain.toLowerCase(), domain])),
    accounts: new Map(Object.entries(accounts)),
    tasks: new TaskBoard((task, target) => world.edge.prefetchResult(`${flavor.name}/${task.id}`, target)),
    quotas: new DailyCounters(
      () => world.clock.now(),
      () => world.settings.limit(limits.resetHour),
    ),
    ids: new TaskIds(() => world.random.digits(fewest + world.random.integer(most - fewest + 1))),
  };
  return {
    operations: new Map(operations(refresh)),
    delivery(host) {
      const domain = refresh.domains.get(host);
      if (!domain) return undefined;
      const { tagHeader, tagsCaseInsensitive } = domain;
      return { service: flavor.name, scope: host, tagHeader, tagsCaseInsensitive, keyFeatures: [] };
    },
    describe: () => describe(refresh),
    dump: () => ({
      domains: structuredClone([...refresh.domains.values()]),
      accounts: [...refresh.accounts],
      tasks: refresh.tasks.dump(),
      quotas: refresh.quotas.dump(),
    }),
    load(dump) {
      refresh.domains.clear();
      for (const domain of dump.domains) refresh.domains.set(domain.domain.toLowerCase(), domain);
      refresh.accounts.clear();
      for (const [account, status] of dump.accounts) refresh.accounts.set(account, status);
      refresh.tasks.load(dump.tasks);
      refresh.quotas.load(dump.quotas);
    },
  };
}

function describe(refresh: Refresh): ReturnType<OpenService["describe"]> {
  const { world, flavor, quotas, tasks } = refresh;
  const owners = [...new Set([...refresh.domains.values()].map(({ account }) => account))];
  const limitOf = (type: (typeof objectTypes)[number] | "Preload"): number =>
    world.settings.limit(type === "Preload" ? flavor.limits.preloadDaily : flavor.limits.daily[type]);
  return {
    domains: [...refresh.domains.values()].map((domain) => ({ ...domain })),
    accounts: owners.map((account) => ({
      account,
      quotas: [...objectTypes, "Preload" as const].map((type) => ({
        type,
        limit: limitOf(type),
        used: quotas.used(`${account}/${type}`),
      })),
    })),
    tasks: taskOverview(tasks, world.clock.now()),
  };
}
