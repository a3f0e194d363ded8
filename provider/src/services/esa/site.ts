/** The input that every ESA resource has. */
import * as z from "zod";

const digits = /^\d{1,19}$/;

/** 64-bit: a number is taken while JavaScript can hold it exactly, text always. */
export const siteId = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((id) => digits.test(id), "must be the site's id: digits only, 19 at most. `getSites` finds it by name")
  .meta({
    description:
      "Id of the ESA site, as the console and `ListSites` show it. Digits, at most 19; as text, since it is a 64-bit number.",
    pulumi: { type: "string" },
  });
