/**
 * Provider configuration, which arrives in every dress: strings, JSON text,
 * native values, secrets or not, with the engine's own keys mixed in.
 */
import type { ConfigDefinition, Shape } from "./contract.ts";
import { checkShape, type Checked } from "./inputs.ts";
import { valueMap, type Value, type ValueMap } from "../wire/values.ts";

/** Keys that belong to the engine, not to the provider's author. */
const engineKeys = new Set(["version", "pluginDownloadURL", "pluginChecksums", "parameterization"]);

export function parseConfig<S extends Shape>({ properties, check }: ConfigDefinition<S>, bag: ValueMap): Checked {
  const own = valueMap();
  for (const [key, value] of Object.entries(bag)) {
    if (engineKeys.has(key) || key.startsWith("__")) continue;
    // An empty string is how `pulumi config` and some SDKs say "unset".
    if (value === null || value === "") continue;
    own[key] = fromText(properties[key], value);
  }
  return checkShape(properties, own, check);
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

/** The values (configured, or in the environment under the documented names) that no message may show. */
export function secretTexts(
  shape: Shape,
  values: ValueMap,
  environment: (name: string) => string | undefined,
): string[] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const meta = schema.meta();
    if (meta?.["secret"] !== true) return [];
    const names = Array.isArray(meta["environment"]) ? meta["environment"].map(String) : [];
    const texts = [values[key], ...names.map(environment)];
    return texts.filter((text) => typeof text === "string" && text !== "").map(String);
  });
}
