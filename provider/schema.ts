/** Writes `schema.json`, the package schema, from the definitions. `--stdout` only prints it. */
import { writeFile } from "node:fs/promises";
import packageJson from "./package.json" with { type: "json" };
import { config, type EdgecacheContext } from "./src/config.ts";
import type { Module } from "./src/engine/resource.ts";
import { packageSchema } from "./src/engine/schema.ts";
import * as cdn from "./src/services/cdn/index.ts";
import * as dcdn from "./src/services/dcdn/index.ts";
import * as esa from "./src/services/esa/index.ts";
import * as files from "./src/services/files/index.ts";
import * as teo from "./src/services/teo/index.ts";

/**
 * Where releases, SDKs and documentation come from: `repository` in package.json, and nowhere else.
 * What the engine downloads by itself is in the release that .github/workflows/release.yml makes.
 */
const repository = packageJson.repository.url.replace(/^git\+/, "").replace(/\.git$/, "");
const [, host, ownerAndName] = /^https:\/\/([^/]+)\/(.+)$/.exec(repository) ?? [];
const goModule = `${host}/${ownerAndName}/sdk/go`;

const description =
  "Purge edge caches exactly when content changed: Alibaba Cloud ESA, CDN and DCDN, Tencent Cloud EdgeOne.";
const readme = `# edgecache

${description}

A Pulumi provider. Documentation, examples and the emulator: ${repository}
`;

const modules: readonly Module<EdgecacheContext>[] = [esa, cdn, dcdn, teo, files];

const schema = packageSchema({
  metadata: {
    name: "edgecache",
    displayName: "Edge Cache",
    version: packageJson.version,
    description,
    keywords: ["pulumi", "edgecache", "cdn", "purge", "category/network", "kind/native"],
    license: "Apache-2.0",
    publisher: "edgecache",
    homepage: repository,
    repository,
    pluginDownloadURL: `github://api.${host}/${ownerAndName}`,
    language: {
      nodejs: {
        packageName: "pulumi-edgecache",
        packageDescription: description,
        readme,
        respectSchemaVersion: true,
      },
      python: {
        packageName: "pulumi_edgecache",
        readme,
        respectSchemaVersion: true,
        inputTypes: "classes-and-dicts",
        pyproject: { enabled: true },
      },
      // No `generics`: the generator's variant of this schema does not compile (undefined: stringOutput).
      go: {
        importBasePath: `${goModule}/edgecache`,
        modulePath: goModule,
        respectSchemaVersion: true,
        generateResourceContainerTypes: true,
      },
      csharp: { respectSchemaVersion: true },
      java: {},
    },
  },
  config,
  configDescription:
    "Credentials and endpoints of the clouds. Everything is optional: without keys the vendors' own default " +
    "chains are asked (environment, OIDC, CLI profile, instance role), and only when a call needs them.",
  modules,
});

const text = `${JSON.stringify(schema, null, 2)}\n`;
if (process.argv.includes("--stdout")) process.stdout.write(text);
else await writeFile(new URL("./schema.json", import.meta.url), text);
