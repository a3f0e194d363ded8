export default `Purges content from ESA's edge nodes when it changed, and only then.

The trigger fires when \`contentHash\` (or \`content\`) changes, or for each entry of \`contents\` that changed or was removed. It never fires on refresh, destroy or preview, nor when only targets or options change. A run that ends partially is resumed by the next \`pulumi up\`, which sends what is owed and nothing else.

{{% examples %}}
## Example Usage
{{% example %}}
### Purge by tag when a release changes

\`\`\`typescript
import * as edgecache from "pulumi-edgecache";

new edgecache.esa.PurgeTrigger("release", {
    siteId: "5407498413000",
    type: "cachetag",
    targets: ["blog"],
    contentHash: process.env.GIT_COMMIT ?? "dev",
});
\`\`\`

\`\`\`yaml
resources:
  release:
    type: edgecache:esa:PurgeTrigger
    properties:
      siteId: "5407498413000"
      type: cachetag
      targets: [blog]
      contentHash: v2
\`\`\`
{{% /example %}}
{{% example %}}
### Purge only the files that changed

\`\`\`typescript
import * as edgecache from "pulumi-edgecache";

new edgecache.esa.PurgeTrigger("files", {
    siteId: "5407498413000",
    type: "file",
    contents: {
        "https://www.example.com/": "sha256:9f86d0…",
        "https://www.example.com/app.js": "sha256:60303a…",
    },
});
\`\`\`

\`\`\`yaml
resources:
  files:
    type: edgecache:esa:PurgeTrigger
    properties:
      siteId: "5407498413000"
      type: file
      contents:
        https://www.example.com/: "sha256:9f86d0"
        https://www.example.com/app.js: "sha256:60303a"
\`\`\`
{{% /example %}}
{{% /examples %}}
`;
