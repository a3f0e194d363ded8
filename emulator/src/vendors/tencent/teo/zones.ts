/** Finding the zones that a call may see. */
import type { Teo } from "./context.ts";
import * as errors from "./errors.ts";
import * as set from "./settings.ts";
import type { Zone } from "./zone.ts";

export function ownZone(teo: Teo, zoneId: string, account: string): Zone {
  const zone = teo.zones.get(zoneId);
  if (!zone || zone.account !== account) {
    throw errors.zoneNotFound(teo.tenant.settings.switch(set.zoneNotFound));
  }
  return zone;
}

/** The zone, or for `*` all zones of the account. */
export function zonesOf(teo: Teo, zoneId: string, account: string): Zone[] {
  if (zoneId !== "*") return [ownZone(teo, zoneId, account)];
  return [...teo.zones.values()].filter((zone) => zone.account === account);
}
