/** A zone: what a seed says of it. */
import * as z from "zod";
import { hostMatches } from "../../../ports/edge.ts";

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

export function servesHost(zone: Zone, host: string): boolean {
  return hostMatches(host, zone.domains);
}
