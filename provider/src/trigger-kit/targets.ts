/** What is wrong with a target, for each form that vendors take. Pure; what is right is `undefined`. */
import { characterProblem, type Problem } from "../engine/define/index.ts";
import { urlProblem } from "./urls.ts";

/** A tag stands in a response header, and all header fields of a response together have 16 KB at most at any of the vendors. */
const longestTag = 16 * 1024;
const longestExpression = 1024;

export function tagProblem(target: string): Problem | undefined {
  if (target.length > longestTag) {
    return { reason: `has ${target.length.toLocaleString("en")} characters; no response header can carry such a tag` };
  }
  const problem = characterProblem(target);
  if (problem !== undefined) {
    const stripped = target.trim() !== "" && /^ | $/.test(target) ? ", which the cloud strips" : "";
    return { ...problem, reason: `${problem.reason}${stripped}` };
  }
  return target.includes(",") ? { reason: "holds a comma, which separates tags; give each tag on its own" } : undefined;
}

/** The path is an expression; scheme and host must still be plain. */
export function expressionProblem(target: string): Problem | undefined {
  if (target.length > longestExpression) {
    return { reason: `has ${target.length.toLocaleString("en")} characters; 1,024 is the most` };
  }
  return characterProblem(target) ?? urlProblem(/^https?:\/\/[^/]*\/?/i.exec(target)?.[0] ?? target, "file");
}

export function prefetchProblem(target: string): Problem | undefined {
  return urlProblem(target, "file");
}

/** In a message, without what it would show of a secret. */
export function problemWords({ reason, suggestion }: Problem, secret = false): string {
  return suggestion === undefined || secret ? reason : `${reason}; did you mean ${suggestion}?`;
}
