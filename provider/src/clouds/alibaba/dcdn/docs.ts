/** The pages of DCDN's resources in the package schema. */
export const purgeDoc = `Purges content from Alibaba Cloud DCDN when it changed, and only then.

The trigger fires when \`contentHash\` (or \`content\`) changes, or for each entry of \`contents\` that changed or was removed. It never fires on refresh, destroy or preview, nor when only options or the order of targets change. A run that ends partially is resumed by the next \`pulumi up\`, which sends what is owed and nothing else.

Alibaba Cloud says that a purge takes effect in 5 to 6 minutes. A run waits for 30 unless \`customTimeouts\` says otherwise.`;

export const prefetchDoc = `Prefetches content to Alibaba Cloud DCDN's nodes when it changed.

Prefetches when \`contentHash\` (or \`content\`) changes, or the entries of \`contents\` that are new or changed. Make it depend on the purge trigger of the same files, so that the edge is warm with new copies.

Alibaba Cloud says that a prefetch takes 5 to 30 minutes. A run waits for 60 unless \`customTimeouts\` says otherwise.`;

export const edgeRoutineDoc = `Purges what DCDN edge routines cached, when it changed and only then. One domain a call: URLs of several domains are sent in several calls.

The trigger fires when \`contentHash\` (or \`content\`) changes, or for each entry of \`contents\` that changed or was removed. It never fires on refresh, destroy or preview, nor when only options or the order of targets change. A run that ends partially is resumed by the next \`pulumi up\`, which sends what is owed and nothing else.

Alibaba Cloud says that a purge takes effect in 5 to 6 minutes. A run waits for 30 unless \`customTimeouts\` says otherwise.`;
