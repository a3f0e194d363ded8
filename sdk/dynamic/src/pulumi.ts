/**
 * What the generated classes and functions of the Node.js SDK stand on here instead of `@pulumi/pulumi`: resources
 * become dynamic ones, and functions run in the program's own process.
 */
import * as pulumi from "@pulumi/pulumi";
import type { PlainMap } from "../../../provider/src/engine/wire/plain.ts";
import { metaKey, providerKey, providerText, type Meta } from "./meta.ts";

export const { asset, Config, mergeOptions, secret } = pulumi;

/**
 * `pulumi.dynamic.Resource` without its serialiser: that one loads a TypeScript compiler to turn functions into text,
 * and takes this package apart where it is linked into node_modules. The text here is written down.
 */
export class CustomResource extends pulumi.CustomResource {
  constructor(type: string, name: string, inputs: pulumi.Inputs = {}, options: pulumi.CustomResourceOptions = {}) {
    const [, module, kind] = type.split(":");
    // Of the plugin, which is not in play.
    const { version: _version, pluginDownloadURL: _url, ...own } = options;
    const hidden = { [providerKey]: providerText, [metaKey]: metaOf(type, name, inputs, options) };
    super(`pulumi-nodejs:dynamic/edgecache/${module}:${kind}`, name, { ...inputs, ...hidden }, own);
    // What `isInstance` of the generated classes looks at.
    Object.assign(this, { __pulumiType: type });
  }
}

async function metaOf(
  type: string,
  name: string,
  inputs: pulumi.Inputs,
  { customTimeouts = {} }: pulumi.CustomResourceOptions,
): Promise<Meta> {
  const secrets = Object.entries(inputs).map(async ([key, value]) =>
    (await pulumi.isSecret(pulumi.output(value))) ? [key] : [],
  );
  const timeouts = Object.entries(customTimeouts).flatMap(([verb, text]) => (text ? [[verb, seconds(text)]] : []));
  return { type, name, secrets: (await Promise.all(secrets)).flat(), timeouts: Object.fromEntries(timeouts) };
}

const unitSeconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** A duration in Go's notation, such as "1h30m". The engine refuses what is none. */
function seconds(duration: string): number {
  const parts = duration.matchAll(/([\d.]{1,24})([a-zµ]{1,2})/g);
  return [...parts].reduce((sum, [, count, unit = ""]) => sum + Number(count) * (unitSeconds[unit] ?? 0), 0);
}

export const runtime = {
  invoke,
  invokeOutput,
  // For references to resources of the plugin's package: there are none.
  registerResourceModule: (): void => undefined,
  registerResourcePackage: (): void => undefined,
};

async function invoke(token: string, args: pulumi.Inputs): Promise<PlainMap> {
  const plain = await pulumi.runtime.serializeProperties(`invoke:${token}`, args);
  const { open } = await import("./shell.ts");
  const shell = await open({
    setting: (key) => pulumi.runtime.getConfig(`edgecache:${key}`),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  return await shell.invoke(token, plain);
}

function invokeOutput(
  token: string,
  args: pulumi.Inputs,
  { dependsOn = [] }: pulumi.InvokeOutputOptions = {},
): pulumi.Output<PlainMap> {
  const awaited = pulumi.output(dependsOn).apply((resources) => pulumi.all([resources].flat().map(isThere)));
  return pulumi.all([pulumi.output(args), awaited]).apply(([known]) => invoke(token, known));
}

/** Unknown until the resource has been created. */
function isThere(resource: pulumi.Resource): pulumi.Output<string> {
  return pulumi.CustomResource.isInstance(resource) ? resource.id : resource.urn;
}
