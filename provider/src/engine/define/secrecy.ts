/** What the shapes of properties say about secrets. */
import * as z from "zod";
import type { Place } from "../wire/secrets.ts";
import type { Path, ValueMap } from "../wire/values.ts";
import type { Shape } from "./contract.ts";
import { defOf, partsOf, placesWhere } from "./shapes.ts";

/** The places that are secret whatever the program says. */
export function declaredSecrets(shape: Shape): Place[] {
  return placesWhere(shape, ({ secret }) => secret === true);
}

/** What messages show though state encrypts it, as it is part of a secret. */
export function openPlaces(shape: Shape): Place[] {
  return placesWhere(shape, ({ open }) => open === true);
}

/** A place in the outputs, and the inputs whose secrecy it shares; see `PropertyMeta.secretWith`. */
export interface DerivedSecret {
  readonly path: Path;
  readonly inputs: readonly string[];
}

export function derivedSecrets(shape: Shape): DerivedSecret[] {
  const at = (schema: z.core.$ZodType, path: Path): DerivedSecret[] => {
    const inputs = secretWith(schema);
    const own = inputs.length === 0 ? [] : [{ path, inputs }];
    const inside = partsOf(schema).flatMap(([property, part]) => {
      // Of lists and maps the whole is as secret as one of its items: `path` names places, not patterns.
      if (property === undefined && ["array", "record"].includes(defOf(schema).type)) return [];
      return at(part, property === undefined ? path : [...path, property]);
    });
    return [...own, ...inside];
  };
  return Object.entries(shape).flatMap(([key, schema]) => at(schema, [key]));
}

function secretWith(schema: z.core.$ZodType): string[] {
  const named: unknown = z.globalRegistry.get(schema)?.["secretWith"];
  return Array.isArray(named) ? named.map(String) : [];
}

/** Names of properties and values of enums, at any depth: no secrets, though a secret may happen to be the same. */
export function wordsOf(shape: Shape): ReadonlySet<string> {
  const words = new Set(["true", "false", "null", "undefined"]);
  const seen = new Set<z.core.$ZodType>();
  const collect = (schema: z.core.$ZodType): void => {
    if (seen.has(schema)) return;
    seen.add(schema);
    const def = defOf(schema);
    if (def.type === "enum") for (const value of Object.values(def.entries)) words.add(String(value));
    if (def.type === "literal") for (const value of def.values) words.add(String(value));
    for (const [property, part] of partsOf(schema)) {
      if (property !== undefined) words.add(property);
      collect(part);
    }
  };
  for (const [key, schema] of Object.entries(shape)) {
    words.add(key);
    collect(schema);
  }
  return words;
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
