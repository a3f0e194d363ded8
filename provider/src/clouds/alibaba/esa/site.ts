/** The inputs that say where: the site, and the version of its configuration. */
import * as z from "zod";

const digits = /^(?=\d{1,19}$)0*[1-9]/;

/** 64-bit: a number is taken while JavaScript can hold it exactly, text always. */
export const siteId = z
  .union([z.string(), z.int()])
  .transform(String)
  .refine((id) => digits.test(id), "must be the site's id: digits only, 19 at most. `getSites` finds it by name")
  .transform((id) => id.replace(/^0+(?=\d)/, ""))
  .meta({
    description:
      "Id of the ESA site, as the console and `ListSites` show it. Digits, at most 19; as text, since it is a 64-bit number.",
    pulumi: { type: "string" },
  });

const wholeNumber = "must be a whole number, 0 or more";

/** 32-bit at the vendor. */
export const siteVersion = z
  .number()
  .int(wholeNumber)
  .min(0, wholeNumber)
  .max(2 ** 31 - 1, "must be below 2,147,483,648")
  .default(0)
  .meta({ description: "Version of the site's configuration. 0 (default) unless version management is on." });
