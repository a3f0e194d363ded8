/**
 * Provider configuration, which arrives in many forms: strings, JSON text,
 * native values, secrets or not, with the engine's own keys mixed in.
 */
import { valueMap, type Value, type ValueMap } from "../wire/values.ts";
import type { Place } from "../wire/secrets.ts";
import type { ConfigDefinition, Shape } from "./contract.ts";
import { placesOfAnyText } from "./characters.ts";
import { checkShape, type Checked } from "./inputs.ts";
import { declaredSecrets } from "./secrecy.ts";

/** A configuration as the engine layer drives it. */
export interface Config<S extends Shape> {
  readonly properties: S;
  /** The places that are secret whatever the program says. */
  readonly secrets: readonly Place[];
  /** `plain`: see `ProviderDefinition.plainTexts`. */
  check(bag: ValueMap, plain?: boolean): Checked;
}

/** Keys that belong to the engine, not to the provider's author. */
const engineKeys = new Set(["version", "pluginDownloadURL", "pluginChecksums", "parameterization"]);

export function defineConfig<S extends Shape>({ properties, check }: ConfigDefinition<S>): Config<S> {
  return {
    properties,
    secrets: declaredSecrets(properties),
    check: (bag, plain = false) =>
      checkShape(properties, ownValues(properties, bag), {
        rules: check,
        anyText: plain ? placesOfAnyText(properties) : undefined,
      }),
  };
}

/** Without what is the engine's and what is unset. */
function ownValues(properties: Shape, bag: ValueMap): ValueMap {
  const own = valueMap();
  for (const [key, value] of Object.entries(bag)) {
    if (engineKeys.has(key) || key.startsWith("__")) continue;
    // An empty string is how `pulumi config` and some SDKs say "unset".
    if (value === null || value === "") continue;
    own[key] = fromText(properties[key], value);
  }
  return own;
}

/** The default provider's values are strings whatever their type: JSON text where the schema wants no string. */
function fromText(schema: Shape[string] | undefined, value: Value): Value {
  if (schema === undefined || typeof value !== "string") return value;
  if (schema.safeParse(value).success) return value;
  try {
    const parsed: Value = JSON.parse(value);
    return schema.safeParse(parsed).success ? parsed : value;
  } catch {
    return value;
  }
}
