/** The first page of each SDK, as npm, PyPI and pkg.go.dev show it: a program that the tests run, and what it prints. */
import { readFile } from "node:fs/promises";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const repository = "https://github.com/edgecache/pulumi-edgecache";
const pages = `${repository}/blob/main`;

interface Language {
  readonly package: string;
  readonly name: string;
  readonly install: string;
  readonly needs: string;
  readonly fence: string;
  readonly example: string;
  readonly hashFiles: string;
  readonly byTag: string;
}

const languages: Readonly<Record<string, Language>> = {
  nodejs: {
    package: "pulumi-edgecache",
    name: "TypeScript and JavaScript",
    install: "npm install pulumi-edgecache",
    needs: "Node.js 22 or newer and `@pulumi/pulumi` 3.269 or newer",
    fence: "typescript",
    example: "static-site/index.ts",
    hashFiles: "hashFiles",
    byTag: '`type: "cachetag"`, `targets: ["release"]` and the release as `contentHash`',
  },
  python: {
    package: "pulumi-edgecache",
    name: "Python",
    install: "pip install pulumi-edgecache",
    needs: "`pulumi` 3.269 or newer",
    fence: "python",
    example: "static-site-python/__main__.py",
    hashFiles: "hash_files",
    byTag: '`type="cachetag"`, `targets=["release"]` and the release as `content_hash`',
  },
  go: {
    package: "edgecache for Go",
    name: "Go",
    install: "go get github.com/edgecache/pulumi-edgecache/sdk/go",
    needs: "Go 1.26.6 or newer and Pulumi's SDK 3.276 or newer",
    fence: "go",
    example: "static-site-go/main.go",
    hashFiles: "HashFiles",
    byTag: '`Type: esa.PurgeTypeCachetag`, `Targets` with `"release"` and the release as `ContentHash`',
  },
};

/** undefined for languages whose SDK is not published. */
export async function sdkReadme(language: string): Promise<string | undefined> {
  const about = languages[language];
  if (about === undefined) return undefined;
  const program = await readFile(path.join(root, "examples", about.example), "utf8");
  const others = Object.values(languages).filter((each) => each !== about);
  return `# ${about.package}

A [Pulumi](https://www.pulumi.com) provider for edge caches. **When this content changes, the edge must forget the old
copy: exactly what changed, exactly once, and you see it in the preview.**

For Alibaba Cloud ESA, CDN and DCDN (Edge Routine included) and Tencent Cloud EdgeOne.

![pulumi preview says how many pages it will purge, in how many calls, against which quota](https://raw.githubusercontent.com/edgecache/pulumi-edgecache/main/docs/pictures/preview-light.svg)

\`\`\`sh
${about.install}
\`\`\`

It needs ${about.needs}. The first \`pulumi up\` downloads the plugin, one executable.

## A static site, purged page by page

\`\`\`${about.fence}
${program.trimEnd()}
\`\`\`

\`\`\`sh
pulumi config set siteId 5407498413000     # credentials: from the environment, or see below
pulumi preview                             # which pages, in how many calls; sends nothing
pulumi up
\`\`\`

No account at hand? \`npx edgecache-emulator --detach\` runs these clouds and an HTTP edge cache on your machine, and prints
the line that points the stack to them.

\`${about.hashFiles}\` knows the URLs of a folder and a digest of each. The first \`pulumi up\` purges all of them, since nobody
knows what the edge holds; every later one purges the pages that changed or left, and no others. To purge a whole release
by one cache tag, give the trigger ${about.byTag}.

## What you can rely on

- **Purges are resources.** They fire on \`pulumi up\` when content changed: not on refresh, not on destroy, not when you
  reorder a list.
- **Preview tells**: how many targets in how many calls against which quota. What cannot succeed is refused before
  anything is sent.
- **Nothing lost, nothing twice.** A run that ends early saves what it owes, and the next \`pulumi up\` sends that and
  nothing else. A call whose answer got lost is looked up before it is sent again.
- **Testable**: the [emulator](https://www.npmjs.com/package/edgecache-emulator) of these clouds, with an HTTP edge cache,
  runs in [your tests](${pages}/docs/testing.md) and your CI too.

## More

[Guide](${pages}/docs/guide.md) · [Reference](${pages}/docs/reference.md) ·
[Credentials and configuration](${pages}/docs/installation-configuration.md) ·
[Examples](${repository}/tree/main/examples) · [Reliability](${pages}/docs/reliability.md) ·
[Security](${repository}/security/policy)

This package is for ${about.name}. The same provider is there for ${others.map(({ name, install }) => `${name} (\`${install}\`)`).join(" and ")};
for YAML, .NET and Java, and where no plugin may be installed, see [installation](${pages}/docs/installation-configuration.md).

Apache-2.0. Not affiliated with Alibaba Cloud, Tencent Cloud or Pulumi.
`;
}
