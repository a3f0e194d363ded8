/**
 * Comments are read by people whose English is of the field, not of books: words that were found to be metaphors or
 * mannered are not used in them. One rule for provider and emulator.
 */
const mannered =
  /\b(desks?|offices?|fates?|flying|leash\w*|shelved?|glanc\w*|brings?|brought|surviv\w*|meets?|whoever|nobody|shall|side door|for all (its|his))\b/i;

/** The word of a comment that has plainer ones; `undefined`: none was found. @param {string} comment */
export function manneredWord(comment) {
  return mannered.exec(comment)?.[0];
}

export const plainEnglish = {
  meta: { type: "suggestion" },
  /** @param {any} context */
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        const word = manneredWord(comment.value);
        if (word === undefined) continue;
        context.report({ loc: comment.loc, message: `"${word}" in a comment: say it with the field's words` });
      }
    },
  }),
};
