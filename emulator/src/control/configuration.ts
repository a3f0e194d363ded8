/** The provider's configuration for one tenant: what each vendor calls its keys and endpoints. */
import * as z from "zod";
import type { Tenant } from "../tenant/tenant.ts";
import * as builtIn from "../vendors/index.ts";

type KeysOf<Each> = Each extends { readonly configuration: (...given: never[]) => infer Keys } ? keyof Keys : never;
type BuiltInKey = KeysOf<(typeof builtIn)[keyof typeof builtIn]>;

/** The built-in vendors' keys by name; a further vendor adds its own. */
export type ProviderConfiguration = Readonly<Record<BuiltInKey, string>> & Readonly<Record<string, string>>;

const builtInKeys = Object.values(builtIn).flatMap(({ configuration }) =>
  Object.keys(configuration({ id: "", secret: "" }, "")),
);

export const configurationSchema = z
  .custom<ProviderConfiguration>(hasBuiltInKeys)
  .meta({
    type: "object",
    properties: Object.fromEntries(builtInKeys.map((key) => [key, { type: "string" }])),
    required: builtInKeys,
    additionalProperties: { type: "string" },
  })
  .describe("The provider's configuration keys, ready to paste");

function hasBuiltInKeys(value: unknown): boolean {
  const parsed = z.record(z.string(), z.string()).safeParse(value);
  return parsed.success && builtInKeys.every((key) => parsed.data[key] !== undefined);
}

/** With the first permanent key of each vendor. */
export function configurationOf({ vendors, keys }: Tenant, endpoint: string): ProviderConfiguration {
  const parts = vendors.map(({ name, configuration }) => {
    const key = keys.find(({ cloud, securityToken }) => cloud === name && securityToken === undefined);
    return configuration({ id: key?.accessKeyId ?? "", secret: key?.accessKeySecret ?? "" }, endpoint);
  });
  return configurationSchema.parse(Object.fromEntries(parts.flatMap((part) => Object.entries(part))));
}
