/** Least-privilege policies for what a program uses. Pure. */
import { ramResources, type RamStatement } from "../clouds/alibaba/permissions.ts";
import { camResources, type CamStatement } from "../clouds/tencent/permissions.ts";
import { calls, type Call } from "./calls.generated.ts";

/** A resource or function as a program has it, in its own words. */
export interface Use {
  readonly token: string;
  readonly siteId?: string | undefined;
  readonly zoneId?: string | undefined;
  readonly domains?: readonly string[] | undefined;
  readonly type?: string | undefined;
  readonly bulk?: string | undefined;
}

export interface Accounts {
  readonly alibaba: string;
  readonly tencent: string;
}

export const tokens: readonly string[] = Object.keys(calls);

export function callsOf({ token, type, bulk }: Use): readonly Call[] {
  return (calls[token] ?? []).filter(
    (call) =>
      (call.types === undefined || type === undefined || call.types.includes(type)) &&
      (call.bulk === undefined || bulk === "auto"),
  );
}

export function ramPolicy(uses: readonly Use[], { alibaba: account }: Accounts): string | undefined {
  const resources = byAction(uses, (action, { siteId, domains }) =>
    action.startsWith("teo:")
      ? []
      : ramResources(action, { siteIds: [siteId ?? "*"], domains: domains ?? ["*"], account }),
  );
  if (resources.size === 0) return undefined;
  const Statement = grouped(resources).map(([Action, Resource]): RamStatement => ({
    Effect: "Allow",
    Action,
    Resource,
  }));
  return JSON.stringify({ Version: "1", Statement }, null, 2);
}

export function camPolicy(uses: readonly Use[], { tencent: account }: Accounts): string | undefined {
  const resources = byAction(uses, (action, { zoneId }) =>
    action.startsWith("teo:") ? camResources(action, [zoneId ?? "*"], account) : [],
  );
  if (resources.size === 0) return undefined;
  const statement = grouped(resources).map(([action, resource]): CamStatement => ({
    effect: "allow",
    action,
    resource,
  }));
  return JSON.stringify({ version: "2.0", statement }, null, 2);
}

function byAction(
  uses: readonly Use[],
  where: (action: string, use: Use) => readonly string[],
): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const use of uses) {
    for (const { action } of callsOf(use)) {
      for (const resource of where(action, use)) found.set(action, (found.get(action) ?? new Set()).add(resource));
    }
  }
  return found;
}

/** One statement for all actions on the same resources. */
function grouped(resources: ReadonlyMap<string, ReadonlySet<string>>): [actions: string[], resources: string[]][] {
  const groups = new Map<string, [string[], string[]]>();
  for (const [action, found] of [...resources].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const all = [...found].sort();
    const key = all.join("\n");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [[action], all]);
    else group[0].push(action);
  }
  return [...groups.values()];
}
