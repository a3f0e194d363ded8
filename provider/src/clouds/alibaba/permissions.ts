/** What a RAM policy must allow for an operation, narrowed to the sites and domains that it is about. */
import { ramScopes } from "./permissions.generated.ts";

export interface RamPlaces {
  readonly siteIds: readonly string[];
  readonly domains: readonly string[];
  /** Account id; `*`: the account that the policy is in. */
  readonly account: string;
}

export interface RamStatement {
  readonly Effect: "Allow";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

export function ramResources(action: string, { siteIds, domains, account }: RamPlaces): string[] {
  const service = action.split(":")[0] ?? "";
  switch (Object.hasOwn(ramScopes, action) ? ramScopes[action] : "all") {
    case "site":
      return siteIds.map((siteId) => `acs:${service}:*:${account}:site/${siteId}`);
    case "domain":
      return domains.map((domain) => `acs:${service}:*:${account}:domain/${domain}`);
    case "anyDomain":
      return [`acs:${service}:*:${account}:domain/*`];
    default:
      return ["*"];
  }
}

/** The line that a policy lacks when a call was refused: for this operation, with these parameters. */
export function missingStatement(
  service: string,
  action: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const name = `${service}:${action}`;
  const siteId = parameters["SiteId"];
  const domain = parameters["DomainName"] ?? parameters["Domain"];
  const hosts = (parameters["ObjectPath"] ?? "").split("\n").flatMap((path) => hostOf(path) ?? []);
  const resources = ramResources(name, {
    siteIds: siteId === undefined ? ["*"] : [siteId],
    domains: domain === undefined ? [...new Set(hosts)] : [domain],
    account: "*",
  });
  const [only] = resources;
  const statement: RamStatement = {
    Effect: "Allow",
    Action: name,
    Resource: resources.length === 1 && only !== undefined ? only : resources,
  };
  return JSON.stringify(statement);
}

function hostOf(path: string): string | undefined {
  return /^(?:https?:\/\/)?([^/?#:\s]+)/i.exec(path.trim())?.[1]?.toLowerCase();
}
