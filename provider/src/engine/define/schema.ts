/**
 * The package schema (https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/)
 * from the definitions. Used when generating, never at run time.
 */
import * as z from "zod";
import type { Config } from "./config.ts";
import type { Shape } from "./contract.ts";
import { defOf } from "./shapes.ts";
import type { Module, ProviderFunction, Resource } from "./resource.ts";

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export interface PackageDescription<C, S extends Shape> {
  /** `displayName`, `publisher`, `language`, … as the package schema has them. */
  readonly metadata: JsonObject & { readonly name: string; readonly version: string };
  readonly config: Config<S>;
  readonly configDescription: string;
  readonly modules: readonly Module<C>[];
}

export function packageSchema<C, S extends Shape>(described: PackageDescription<C, S>): JsonObject {
  const { metadata, config, configDescription: description, modules } = described;
  const types = new TypeTable(metadata.name);
  const resources = modules.flatMap((module) => module.resources);
  const functions = modules.flatMap((module) => module.functions);
  const given = types.bag(config.properties, "input");
  const spec = {
    ...metadata,
    // What a project's configuration says, without the provider's own defaults:
    // the Go generator cannot express the default of an enum here.
    config: { variables: types.bag(config.properties, "output").properties },
    provider: { description, inputProperties: given.properties, requiredInputs: given.required },
    resources: sorted(resources.map((resource) => [resource.token, resourceSpec(resource, types)])),
    functions: sorted(functions.map((each) => [each.token, functionSpec(each, types)])),
  };
  return { ...spec, types: sorted([...types.entries()]) };
}

function resourceSpec<C>({ description, inputs, outputs, replaceOn }: Resource<C>, types: TypeTable): JsonObject {
  const given = types.bag(inputs, "input", replaceOn);
  return {
    description,
    ...types.bag({ ...inputs, ...outputs }, "output"),
    inputProperties: given.properties,
    requiredInputs: given.required,
  };
}

function functionSpec<C>({ description, inputs, outputs }: ProviderFunction<C>, types: TypeTable): JsonObject {
  return { description, inputs: types.bag(inputs, "input"), outputs: types.bag(outputs, "output") };
}

/** Which side of a default one stands on: a program may leave it out, a state never does. */
type Side = "input" | "output";

type Properties = Readonly<Record<string, z.core.$ZodType>>;

/** As the package schema describes a property bag: a resource's, a function's, an object type's. */
type Bag = { readonly properties: JsonObject; readonly required: readonly string[] };

class TypeTable {
  readonly #package: string;
  readonly #types = new Map<string, JsonObject>();

  constructor(packageName: string) {
    this.#package = packageName;
  }

  entries(): Iterable<readonly [string, JsonObject]> {
    return this.#types.entries();
  }

  bag(shape: Properties, side: Side, replaceOn: readonly string[] = []): Bag {
    const all = Object.entries(shape);
    const absent = side === "input" ? "optin" : "optout";
    return {
      properties: Object.fromEntries(
        all.map(([key, schema]) => [key, this.#property(schema, side, replaceOn.includes(key))]),
      ),
      required: all.flatMap(([key, schema]) => (schema._zod[absent] === undefined ? [key] : [])).toSorted(),
    };
  }

  #property(schema: z.core.$ZodType, side: Side, replaces: boolean): JsonObject {
    const meta = metaOf(schema);
    const fallback = side === "input" ? defaultOf(schema) : undefined;
    return {
      description: meta["description"],
      ...this.type(schema, side),
      ...(fallback === undefined ? {} : { default: fallback }),
      ...(meta["secret"] === true ? { secret: true } : {}),
      ...(meta["deprecationMessage"] === undefined ? {} : { deprecationMessage: meta["deprecationMessage"] }),
      ...(replaces ? { willReplaceOnChanges: true } : {}),
    };
  }

  /** `outer`: what `.meta()` of a wrapper such as `.default()` says holds for the type inside. */
  type(schema: z.core.$ZodType, side: Side, outer: JsonObject = {}): JsonObject {
    const meta = { ...metaOf(schema), ...outer };
    if (isObject(meta["pulumi"])) return meta["pulumi"];
    const def = defOf(schema);
    switch (def.type) {
      case "string":
        return { type: "string" };
      case "boolean":
        return { type: "boolean" };
      case "number":
        return { type: schema instanceof z.ZodNumber && schema.isInt ? "integer" : "number" };
      case "any":
      case "unknown":
        return { $ref: "pulumi.json#/Any" };
      case "literal":
        return { type: "string" };
      case "array":
        return { type: "array", items: this.type(def.element, side) };
      case "record":
        return { type: "object", additionalProperties: this.type(def.valueType, side) };
      case "enum":
        return this.#enum(Object.values(def.entries), meta);
      case "object":
        return this.#object(def.shape, meta, side);
      case "union":
        return { oneOf: def.options.map((option) => this.type(option, side)) };
      case "optional":
      case "nullable":
      case "default":
      case "prefault":
      case "readonly":
      case "catch":
        return this.type(def.innerType, side, meta);
      case "pipe":
        return this.type(side === "input" ? def.in : transforms(def.out) ? def.in : def.out, side);
      default:
        throw new Error(`no package-schema type for zod's ${def.type}; give it .meta({ pulumi: … })`);
    }
  }

  #enum(values: readonly (string | number)[], meta: JsonObject): JsonObject {
    const described = isObject(meta["values"]) ? meta["values"] : {};
    const named = values.map((value) => ({
      name: pascal(String(value)),
      value,
      description: described[String(value)],
    }));
    return typeof meta["type"] === "string" ? this.#named(meta, "string", { enum: named }) : { type: "string" };
  }

  #object(shape: Properties, meta: JsonObject, side: Side): JsonObject {
    return this.#named(meta, "object", this.bag(shape, side));
  }

  #named(meta: JsonObject, type: string, spec: JsonObject): JsonObject {
    const name = meta["type"];
    if (typeof name !== "string") throw new Error(`an object type needs a name: .meta({ type: "module:Name" })`);
    const token = `${this.#package}:${name}`;
    // A second use, such as a filter of a function, describes the use and not the type.
    if (!this.#types.has(token)) {
      this.#types.set(token, { type, description: meta["typeDescription"] ?? meta["description"], ...spec });
    }
    return { $ref: `#/types/${token}` };
  }
}

/** Metadata sits on the outermost schema that carries any. */
function metaOf(schema: z.core.$ZodType): JsonObject {
  const own: unknown = z.globalRegistry.get(schema);
  const def = defOf(schema);
  const inner = "innerType" in def ? metaOf(def.innerType) : def.type === "pipe" ? metaOf(def.in) : {};
  return { ...inner, ...(isObject(own) ? own : {}) };
}

function defaultOf(schema: z.core.$ZodType): Json | undefined {
  const def = defOf(schema);
  if (def.type === "default" || def.type === "prefault") {
    const value: unknown = def.defaultValue;
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
  }
  if ("innerType" in def) return defaultOf(def.innerType);
  return undefined;
}

function transforms(schema: z.core.$ZodType): boolean {
  return defOf(schema).type === "transform";
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(entries: readonly (readonly [string, JsonObject])[]): JsonObject {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function pascal(value: string): string {
  const words = value.split(/[^A-Za-z0-9]+/);
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
}
