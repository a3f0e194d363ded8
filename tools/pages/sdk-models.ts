/**
 * Parameters and answers as the vendors' SDKs model them: Alibaba Cloud's say names and types at run time and in a
 * comment what is required, Tencent Cloud's are interfaces in a declaration file.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import * as z from "zod";
import type { Parameter } from "./facts.ts";

export interface SdkModels {
  /** `@alicloud/esa20240910 2.43.0`. */
  readonly name: string;
  /** Undefined: the SDK has no such operation. */
  readonly operation: (name: string) => { request: Parameter[]; response: Parameter[] } | undefined;
}

const require = createRequire(import.meta.url);

export function sdkModels(packageName: string): SdkModels {
  const manifest = path.join(folderOf(packageName), "package.json");
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, "utf8")));
  const name = `${packageName} ${version}`;
  return packageName.startsWith("@alicloud/") ? alibaba(name, packageName) : tencent(name, packageName);
}

function folderOf(packageName: string): string {
  const entry = require.resolve(packageName);
  const inside = path.join("node_modules", ...packageName.split("/"));
  return entry.slice(0, entry.indexOf(inside) + inside.length);
}

/** A class of the SDK: `names()` gives the names on the wire, `types()` text, a class, or what a list or map holds. */
const model = z.custom<{ names(): Record<string, string>; types(): Record<string, unknown> }>(
  (value) => typeof value === "function" && "names" in value && "types" in value,
);
const list = z.object({ type: z.literal("array"), itemType: z.unknown() });

function alibaba(name: string, packageName: string): SdkModels {
  const classes: Record<string, unknown> = require(packageName);
  const fields = (ofClass: unknown, before = ""): Parameter[] =>
    shallow(ofClass).flatMap(({ wire, type }) => {
      const here = { name: `${before}${wire}`, type: plainType(type) };
      const items = list.safeParse(type);
      return [
        here,
        ...(items.success ? fields(items.data.itemType, `${here.name}[].`) : fields(type, `${here.name}.`)),
      ];
    });
  return {
    name,
    operation(operation) {
      const response = classes[`${operation}ResponseBody`];
      if (response === undefined) return undefined;
      const commentOf = commentsOf(packageName, `${operation}Request`);
      const request = shallow(classes[`${operation}Request`]).map(({ key, wire, type }) => ({
        name: wire,
        type: plainType(type),
        required: commentOf(key).includes("This parameter is required."),
      }));
      return { request, response: fields(response) };
    },
  };
}

function shallow(ofClass: unknown): { key: string; wire: string; type: unknown }[] {
  const { success, data } = model.safeParse(ofClass);
  if (!success) return [];
  const types = data.types();
  return Object.entries(data.names()).map(([key, wire]) => ({ key, wire, type: types[key] }));
}

/** The comments of a request's fields; a file each in newer SDKs, one file in older ones. */
function commentsOf(packageName: string, className: string): (key: string) => string {
  const folder = path.join(folderOf(packageName), "dist");
  const own = path.join(folder, "models", `${className}.d.ts`);
  const text = readFileSync(existsSync(own) ? own : path.join(folder, "client.d.ts"), "utf8");
  const at = text.indexOf(`export declare class ${className} extends`);
  const body = text.slice(at, text.indexOf("static names()", at));
  return (key) => new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s+${key}\\?:`).exec(body)?.[1] ?? "";
}

function plainType(type: unknown): Parameter["type"] {
  if (type === "number") return "integer";
  if (type === "string" || type === "boolean") return type;
  return list.safeParse(type).success ? "array" : "object";
}

function tencent(name: string, packageName: string): SdkModels {
  const file = path.join(folderOf(packageName), "tencentcloud/services/teo/v20220901/teo_models.d.ts");
  const text = readFileSync(file, "utf8");
  // One level deep: a zone's details have details of their own, which are not read here.
  const fields = (interfaceName: string, before = ""): Parameter[] => {
    const body = new RegExp(`^export interface ${interfaceName} \\{\n([\\s\\S]*?)^\\}`, "m").exec(text)?.[1];
    if (body === undefined) return [];
    return [...body.matchAll(/^ {4}(?<key>\w+)(?<optional>\??): (?<type>.*);$/gm)].flatMap(({ groups = {} }) => {
      const { key = "", optional, type = "" } = groups;
      const item = /^Array<(\w+)>$/.exec(type)?.[1];
      const here: Parameter = { name: `${before}${key}`, type: tencentType(type) };
      if (interfaceName.endsWith("Request")) return [{ ...here, required: optional === "" }];
      return item === undefined || before !== "" ? [here] : [here, ...fields(item, `${before}${key}[].`)];
    });
  };
  return {
    name,
    operation(operation) {
      const response = fields(`${operation}Response`);
      return response.length === 0 ? undefined : { request: fields(`${operation}Request`), response };
    },
  };
}

function tencentType(type: string): Parameter["type"] {
  if (type === "string" || type === "boolean") return type;
  if (type === "number") return "integer";
  return type.startsWith("Array<") ? "array" : "object";
}
