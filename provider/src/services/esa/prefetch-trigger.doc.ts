/** The page of ESA's prefetch trigger in the package schema. */
export const prefetchDoc = `Prefetches content to Alibaba Cloud ESA's nodes when it changed.

Prefetches when \`contentHash\` (or \`content\`) changes, or the entries of \`contents\` that are new or changed. Make it depend on the purge trigger of the same files, so that the edge is warm with new copies.

{{% examples %}}
## Example Usage
{{% example %}}
### When a release changes

\`\`\`typescript
import * as edgecache from "pulumi-edgecache";

new edgecache.esa.PrefetchTrigger("release", {
    siteId: "5407498413000",
    targets: ["https://www.example.com/app.js"],
    contentHash: process.env.GIT_COMMIT ?? "dev",
});
\`\`\`

\`\`\`yaml
resources:
  release:
    type: edgecache:esa:PrefetchTrigger
    properties:
      siteId: "5407498413000"
      targets: [https://www.example.com/app.js]
      contentHash: v2
\`\`\`
{{% /example %}}
{{% /examples %}}
`;
