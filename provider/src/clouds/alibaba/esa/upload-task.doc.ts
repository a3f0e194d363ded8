/** The page of ESA's upload task in the package schema. */
export const uploadDoc = `Purges or prefetches more than a request can carry: targets travel as text files of up to 10 MB, one on each line, split as needed.

It is a trigger like \`PurgeTrigger\`: it fires when \`file\`, \`contentHash\` or entries of \`contents\` change; lines that the cloud could not do (its fail file) become \`owed\` and are sent again, alone, by the next \`pulumi up\`.

Alibaba Cloud says that a purge takes 5 to 6 minutes and a prefetch 5 to 30. A run waits for 60 unless \`customTimeouts\` says otherwise.`;
