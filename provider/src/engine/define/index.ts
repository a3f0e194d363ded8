/**
 * The whole of what a provider's author needs: describe resources, functions
 * and configuration once, as zod shapes with verbs; types, Check failures,
 * the package schema and the wire all come from that one description.
 */
export { Archive, Asset, Unknown } from "../wire/values.ts";
export { characterProblem } from "./characters.ts";
export type { Problem } from "./characters.ts";
export { defineConfig } from "./config.ts";
export type { Config } from "./config.ts";
export { placeholderProblem } from "./placeholders.ts";
export { quoted } from "./quoted.ts";
export { nameInUrn } from "./urn.ts";
export { defineFunction, defineResource } from "./resource.ts";
export type { Module, ProviderFunction, Resource } from "./resource.ts";
export type {
  Applied,
  ApplyRequest,
  ConfigDefinition,
  DeleteRequest,
  Failure,
  FunctionDefinition,
  Log,
  Of,
  Operation,
  Previewed,
  PreviewedInputs,
  PreviewRequest,
  PropertyMeta,
  ReadRequest,
  ResourceDefinition,
  Shape,
  Stored,
} from "./contract.ts";
