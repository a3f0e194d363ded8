/** What is left of the day's allowance, for plans. */
import type { CallContext } from "../core/call.ts";
import type { Clock } from "../core/clock.ts";
import { Fault } from "../core/errors.ts";
import { optional } from "../core/optional.ts";
import type { Route } from "../triggers/job.ts";
import type { Quota } from "../triggers/service.ts";
import type { BoundTrigger } from "./bound-trigger.ts";
import type { Fleet } from "./fleet.ts";

/** `undefined` where the vendor does not tell, text where it could not be asked. */
export type KnownQuota = Quota | { readonly unknown: string } | undefined;

export async function askQuota<O extends object>(
  { runtime, lane }: Route<O>,
  { common: { failurePolicy }, fleet }: Pick<BoundTrigger<O>, "common" | "fleet">,
  call: CallContext,
  clock: Clock,
): Promise<KnownQuota> {
  const quota = await optional(call, clock, (limited) => runtime.service.quota(lane, limited));
  if ("found" in quota) return quota.found && (await lessClaims(quota.found, fleet, lane.kind));
  const { missing } = quota;
  if (!(missing instanceof Fault)) return { unknown: "no answer in time" };
  // A site or zone that is not there makes every call fail, so the time to say it is now.
  if (missing.kind === "notFound" && failurePolicy === "fail") throw missing;
  // A plan is of use without it, and who may not ask for the quota may still be allowed to send.
  if (missing.code === "NoCredentials") return { unknown: missing.text };
  if (missing.kind === "auth") call.log.warn(missing.message);
  // Nothing of this run will get through either: better said before it begins.
  return { unknown: missing.kind === "unsent" ? `${missing.code}: ${missing.text}` : missing.code };
}

/** What other stacks are about to send is as good as used. */
async function lessClaims(quota: Quota, fleet: Fleet | undefined, kind: string): Promise<Quota> {
  const claimed = (await fleet?.claim(kind, 0)) ?? 0;
  return claimed === 0 ? quota : { ...quota, remaining: Math.max(0, quota.remaining - claimed), claimed };
}

/** The figures, where there are any. */
export function figures(quota: KnownQuota): Quota | undefined {
  return quota === undefined || "unknown" in quota ? undefined : quota;
}
