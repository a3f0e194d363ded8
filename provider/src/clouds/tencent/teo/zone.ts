/** The input that every EdgeOne resource has. */
import * as z from "zod";

export const zoneId = z
  .string()
  .regex(/^(zone-[A-Za-z0-9]+|\*)$/, "must be the zone's id such as zone-2noz78a8ev6k; `getZones` finds it by name")
  .meta({
    description:
      "Id of the EdgeOne zone (site): `zone-…`. `*` sends targets of several zones that the key may access; not with purge_all.",
  });
