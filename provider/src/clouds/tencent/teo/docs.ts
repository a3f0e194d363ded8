/** The pages of EdgeOne's resources in the package schema. */
export const purgeDoc = `Purges content from Tencent Cloud EdgeOne when it changed, and only then.

The trigger fires when \`contentHash\` (or \`content\`) changes, or for each entry of \`contents\` that changed or was removed. It never fires on refresh, destroy or preview, nor when only options or the order of targets change. A run that ends partially is resumed by the next \`pulumi up\`, which sends what is owed and nothing else.

Tencent Cloud says that a purge takes effect in about a minute, a large one in 3 to 5. A run waits for 30 unless \`customTimeouts\` says otherwise.`;

export const prefetchDoc = `Prefetches content to Tencent Cloud EdgeOne's nodes when it changed.

Prefetches when \`contentHash\` (or \`content\`) changes, or the entries of \`contents\` that are new or changed. Make it depend on the purge trigger of the same files, so that the edge is warm with new copies.

Tencent Cloud does not say how long that takes. A run waits for 60 minutes unless \`customTimeouts\` says otherwise.`;
