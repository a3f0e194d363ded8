/** TEO's zones: what a seed says of them, and finding those that a call may see. */
import * as z from "zod";
import { hostMatches } from "../../../ports/edge.ts";
import * as errors from "./errors.ts";
import type { Teo } from "./context.ts";
import * as set from "./settings.ts";

export const zoneSchema = z.strictObject({
  zoneId: z.string().startsWith("zone-"),
  zoneName: z.string().min(1),
  account: z.string().min(1),
  /** Host names; `*.example.com` stands for any host below. */
  domains: z.array(z.string()),
  status: z.enum(["active", "pending", "moved", "deactivated"]).default("active"),
  tagHeader: z.string().default("Cache-Tag"),
  tagsCaseInsensitive: z.boolean().default(false),
  /** Features that the plan or an allow list gives. */
  features: z.array(z.enum(["cacheTag", "edgePrefetch", "mediaSegments"])).default(["cacheTag"]),
});

export type ZoneSeed = z.input<typeof zoneSchema>;
export type Zone = z.output<typeof zoneSchema>;

export function ownZone(teo: Teo, zoneId: string, account: string): Zone {
  const zone = teo.zones.get(zoneId);
  if (!zone || zone.account !== account) {
    throw errors.coded(teo.world.settings.switch(set.zoneNotFound), "The site does not exist.");
  }
  return zone;
}

/** The zone, or for `*` all zones of the account. */
export function zonesOf(teo: Teo, zoneId: string, account: string): Zone[] {
  if (zoneId !== "*") return [ownZone(teo, zoneId, account)];
  return [...teo.zones.values()].filter((zone) => zone.account === account);
}

export function servesHost(zone: Zone, host: string): boolean {
  return hostMatches(host, zone.domains);
}
