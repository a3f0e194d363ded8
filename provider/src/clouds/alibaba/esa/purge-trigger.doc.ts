export default `Purges content from ESA's edge nodes when it changed, and only then.

The trigger fires when \`contentHash\` (or \`content\`) changes, or for each entry of \`contents\` that changed or was removed. It never fires on refresh, destroy or preview, nor when only options or the order of targets change. A run that ends partially is resumed by the next \`pulumi up\`, which sends what is owed and nothing else.

Alibaba Cloud says that a purge takes effect in 5 to 6 minutes. A run waits for 30 unless \`customTimeouts\` says otherwise.`;
