/** What the shapes of properties say about secrets. */
import type { ValueMap } from "../wire/values.ts";
import type { Shape } from "./contract.ts";

/** Properties that are secret whatever the program says. */
export function declaredSecrets(shape: Shape): string[] {
  return Object.keys(shape).filter((key) => shape[key]?.meta()?.["secret"] === true);
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
