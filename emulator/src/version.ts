import { readFileSync } from "node:fs";
import * as z from "zod";

/** The package's version, from its package.json, which lies beside `src/` and `dist/`. */
export const version = z
  .looseObject({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))).version;
