/** Accelerated domains and the accounts that own them. */
import * as z from "zod";
import { fetchStore, routineStore } from "../../../ports/edge.ts";
import * as errors from "./errors.ts";

export const domainSchema = z.strictObject({
  domain: z.string().min(1),
  account: z.string().min(1),
  status: z.enum(["online", "offline", "configuring", "protected"]).default("online"),
  /** The response header that names an object's tags, as configured in the console. */
  tagHeader: z.string().default("Cache-Tag"),
  tagsCaseInsensitive: z.boolean().default(false),
  /** The edge routine that answers for the domain, and what keeps its copies: its Cache API, or its cached subrequests. */
  routine: z
    .strictObject({ id: z.string().min(1), caches: z.enum(["cacheApi", "fetch"]).default("cacheApi") })
    .optional(),
  /** Names of the nodes that serve the domain; absent: all. */
  nodes: z.array(z.string()).optional(),
});
export const refreshSeedSchema = z.strictObject({
  domains: z.array(domainSchema).default([]),
  /** Accounts whose service is not simply open. */
  accounts: z.record(z.string(), z.enum(["open", "suspended", "arrears"])).default({}),
});

export type Domain = z.output<typeof domainSchema>;
export type AccountStatus = z.output<typeof refreshSeedSchema>["accounts"][string];

/** Where copies of the domain's content are kept. */
export function storeOf({ routine }: Domain): string | undefined {
  if (routine === undefined) return undefined;
  return routine.caches === "fetch" ? fetchStore : routineStore(routine.id);
}

/** Refuses calls of accounts that may not use the service. */
export function checkAccount(accounts: ReadonlyMap<string, AccountStatus>, account: string): void {
  const status = accounts.get(account);
  if (status === "suspended") throw errors.operationDenied;
  if (status === "arrears") throw errors.accountArrears;
}

/** The domain, if it is online and belongs to the account. */
export function ownDomain(domains: ReadonlyMap<string, Domain>, name: string, account: string): Domain {
  if (name.startsWith("*") || name.startsWith(".")) throw errors.wildcardDomain;
  const domain = domains.get(name.toLowerCase());
  if (!domain || domain.account !== account) throw errors.foreignDomain(name);
  switch (domain.status) {
    case "online":
      return domain;
    case "offline":
      throw errors.domainOffline;
    case "configuring":
      throw errors.domainConfiguring;
    case "protected":
      throw errors.domainProtected;
  }
}
