/** The page of ESA's prefetch trigger in the package schema. */
export const prefetchDoc = `Prefetches content to Alibaba Cloud ESA's nodes when it changed.

Prefetches when \`contentHash\` (or \`content\`) changes, or the entries of \`contents\` that are new or changed. Make it depend on the purge trigger of the same files, so that the edge is warm with new copies.

Alibaba Cloud says that a prefetch takes 5 to 30 minutes. A run waits for 60 unless \`customTimeouts\` says otherwise.`;
