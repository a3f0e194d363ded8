/** What is bundled and under which terms: the texts for people, CycloneDX for machines. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { termsOf } from "./terms.ts";

export interface Component {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
  /** SHA-512 of the package as npm serves it, from package-lock.json. */
  readonly sha512?: string;
}

const root = path.resolve(import.meta.dirname, "../..");

/** The npm packages that files of `inputs` belong to, sorted. */
export async function componentsOf(inputs: readonly string[]): Promise<Component[]> {
  const folders = new Set(inputs.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? []));
  const lock: Lock = JSON.parse(await readFile(path.join(root, "package-lock.json"), "utf8"));
  const components = await Promise.all([...folders].map((folder) => component(folder, lock)));
  // One package can lie in several folders.
  const different = new Map(components.map((each) => [key(each), each]));
  return [...different.values()].toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Node itself, from the npm package that carries it. */
export async function nodeComponent(folder: string, version: string): Promise<Component> {
  return { name: "node", version, license: "MIT", text: await readFile(path.join(folder, "LICENSE"), "utf8") };
}

export function notices(components: readonly Component[]): string {
  const head = "This software contains the following packages, each under its own terms.\n";
  return [
    head,
    ...components.map((each) => `${"=".repeat(80)}\n${key(each)} (${each.license})\n\n${each.text}\n`),
  ].join("\n");
}

/** CycloneDX 1.6. Without a time and with a serial number made of the content, so that it is reproducible. */
export function bom(name: string, version: string, components: readonly Component[]): string {
  const body = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": "edgecache",
        name,
        version,
        licenses: [{ license: { id: "Apache-2.0" } }],
      },
    },
    components: components.map((each) => ({
      type: each.name === "node" ? "platform" : "library",
      "bom-ref": purl(each),
      name: each.name,
      version: each.version,
      purl: purl(each),
      licenses: [/^[\w.-]+$/.test(each.license) ? { license: licence(each.license) } : { expression: each.license }],
      ...(each.sha512 === undefined ? {} : { hashes: [{ alg: "SHA-512", content: each.sha512 }] }),
    })),
    dependencies: [{ ref: "edgecache", dependsOn: components.map(purl) }],
  };
  const digest = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  const uuid = digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-5$3-8$4-$5");
  const { bomFormat, specVersion, ...rest } = body;
  return `${JSON.stringify({ bomFormat, specVersion, serialNumber: `urn:uuid:${uuid}`, ...rest }, null, 2)}\n`;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly integrity?: string } | undefined>>;
}

async function component(folder: string, lock: Lock): Promise<Component> {
  const manifest = JSON.parse(await readFile(path.join(root, folder, "package.json"), "utf8"));
  const integrity = /^sha512-(.+)$/.exec(lock.packages[folder]?.integrity ?? "")?.[1];
  return {
    name: manifest.name,
    version: manifest.version,
    license: spdxExpression(manifest.license?.type ?? manifest.license ?? "NOASSERTION"),
    text: await termsOf(path.join(root, folder), manifest.name),
    ...(integrity === undefined ? {} : { sha512: Buffer.from(integrity, "base64").toString("hex") }),
  };
}

/** Machines read only SPDX's names. */
function spdxExpression(declared: string): string {
  return declared === "Apache License 2.0" ? "Apache-2.0" : declared;
}

function licence(name: string): { id: string } | { name: string } {
  return name === "NOASSERTION" ? { name } : { id: name };
}

function key({ name, version }: Component): string {
  return `${name}@${version}`;
}

function purl({ name, version }: Component): string {
  return name === "node" ? `pkg:generic/node@${version}` : `pkg:npm/${name.replace("@", "%40")}@${version}`;
}
