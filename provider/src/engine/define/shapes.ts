/** What is inside a zod schema. */
import * as z from "zod";
import type { Place } from "../wire/secrets.ts";
import type { Shape } from "./contract.ts";

/** zod's own union of all that a schema can be; its base class does not say that it is one of them. */
export function defOf(schema: z.core.$ZodType): z.core.$ZodTypes["_zod"]["def"] {
  return (schema as z.core.$ZodTypes)._zod.def;
}

/** The schemas that a schema is made of, with the property where it is an object's. */
export function partsOf(
  schema: z.core.$ZodType,
): readonly (readonly [property: string | undefined, z.core.$ZodType])[] {
  const def = defOf(schema);
  switch (def.type) {
    case "object":
      return Object.entries(def.shape);
    case "array":
      return [[undefined, def.element]];
    case "record":
      return [
        [undefined, def.keyType],
        [undefined, def.valueType],
      ];
    case "union":
      return def.options.map((option) => [undefined, option]);
    case "pipe":
      return [
        [undefined, def.in],
        [undefined, def.out],
      ];
    default:
      return "innerType" in def ? [[undefined, def.innerType]] : [];
  }
}

/** The outermost places of a shape whose `.meta()` says so. */
export function placesWhere(shape: Shape, says: (meta: Readonly<Record<string, unknown>>) => boolean): Place[] {
  const at = (schema: z.core.$ZodType, path: Place): Place[] => {
    if (says(z.globalRegistry.get(schema) ?? {})) return [path];
    const items = ["array", "record"].includes(defOf(schema).type);
    return partsOf(schema).flatMap(([property, part]) =>
      at(part, property === undefined && !items ? path : [...path, property]),
    );
  };
  return Object.entries(shape).flatMap(([key, schema]) => at(schema, [key]));
}
