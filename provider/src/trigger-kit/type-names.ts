/** What each cloud calls the same thing, for users who know the word of another. */
import * as z from "zod";

type Cloud = "ESA" | "EdgeOne" | "CDN and DCDN";

const concepts: readonly Readonly<Partial<Record<Cloud, string>>>[] = [
  { ESA: "file", EdgeOne: "purge_url", "CDN and DCDN": "File" },
  { ESA: "directory", EdgeOne: "purge_prefix", "CDN and DCDN": "Directory" },
  { ESA: "cachetag", EdgeOne: "purge_cache_tag", "CDN and DCDN": "CacheTag" },
  { ESA: "ignoreParams", "CDN and DCDN": "IgnoreParams" },
  { ESA: "hostname", EdgeOne: "purge_host" },
  { ESA: "purgeall", EdgeOne: "purge_all" },
  { ESA: "cachekey" },
  { "CDN and DCDN": "Regex" },
];

/** The vendor's enum; a wrong value is answered with the right one, or with who has it. */
export function vendorType<const V extends readonly [string, ...string[]]>(cloud: Cloud, values: V) {
  return z.enum(values, {
    error: ({ input }) => {
      const choice = `must be one of ${values.join(", ")}`;
      const said = (typeof input === "string" ? input : "").toLowerCase().replaceAll(/[_-]/g, "");
      const meant = concepts.find((names) =>
        Object.values(names).some((name) => name.toLowerCase().replaceAll("_", "") === said),
      );
      if (input === undefined || meant === undefined) return choice;
      const here = meant[cloud];
      const elsewhere = Object.entries(meant).map(([other, name]) => `${other} (${name})`);
      return here === undefined
        ? `${choice}; only ${elsewhere.join(" and ")} can do that`
        : `${choice}; did you mean ${here}?`;
    },
  });
}
