/** Prints the package schema, from the definitions; tools/gen.ts adds the examples and writes schema.json. */
import packageJson from "./package.json" with { type: "json" };
import { packageSchema } from "./src/engine/define/schema.ts";
import { edgecache } from "./src/provider.ts";

/**
 * Where releases, SDKs and documentation come from: `repository` in package.json, and nowhere else.
 * What the engine downloads by itself is in the release that .github/workflows/release.yml makes.
 */
const repository = packageJson.repository.url.replace(/^git\+/, "").replace(/\.git$/, "");
const [, host, ownerAndName] = /^https:\/\/([^/]+)\/(.+)$/.exec(repository) ?? [];
const goModule = `${host}/${ownerAndName}/sdk/go`;

const description =
  "Purge edge caches exactly when content changed: Alibaba Cloud ESA, CDN and DCDN, Tencent Cloud EdgeOne.";

const modules = await Promise.all(Object.values(edgecache.modules).map((load) => load()));

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
        respectSchemaVersion: true,
      },
      python: {
        packageName: "pulumi_edgecache",
        respectSchemaVersion: true,
        inputTypes: "classes-and-dicts",
        pyproject: { enabled: true },
      },
      go: {
        importBasePath: `${goModule}/edgecache`,
        modulePath: goModule,
        respectSchemaVersion: true,
        generateResourceContainerTypes: true,
        // The same again below edgecache/x, over pulumix's generic outputs.
        generics: "side-by-side",
      },
      csharp: { respectSchemaVersion: true },
      java: {},
    },
  },
  config: await edgecache.config(),
  configDescription:
    "Credentials and endpoints of the clouds. Everything is optional: without keys the vendors' own default " +
    "chains are asked (environment, OIDC, CLI profile, instance role), and only when a call needs them.",
  modules,
});

process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
