/** How much one run may send, and what it sends instead: inputs of purges, and what Check says of them. */
import * as z from "zod";
import { placeholderProblem, type Failure } from "../engine/define/index.ts";
import { readFallback } from "../triggers/budget/cover.ts";
import { sharePattern } from "../triggers/budget/max-targets.ts";
import type { FallbackWord } from "../triggers/receipts.ts";
import { tagProblem } from "./targets.ts";

const amounts = 'must be a number of targets such as 500, or a share of those that are known such as "20%"';

export const budgetInputs = {
  maxTargets: z
    .union([z.number().int(amounts).min(1, amounts), z.string().regex(sharePattern, amounts)])
    .optional()
    .meta({
      description:
        'The most that one run may send: a number of targets, or with `contents` a share of those that are known, such as `"20%"`. A larger plan is refused by preview and by `up` before anything is sent, with its largest groups named: a build folder that is empty or was renamed looks as if every page were removed. With `fallback` it is where the coarser purge begins.',
      pulumi: { oneOf: [{ type: "integer" }, { type: "string" }] },
    }),
  fallback: z.string().optional().meta({
    description:
      'The coarser purge that takes the place of the targets where these are over `maxTargets`, the day\'s quota or the time of this run: `"directory"`, `"hostname"`, `"all"`, or `"tag:NAME"` for a tag that all of the targets carry. As few calls as possible, and among these the directories that hold the fewest unchanged files. Which of them there are depends on `type`.',
  }),
} as const;

const budgetSchema = z.object(budgetInputs);

/** Lane properties of the coarser purge, for these hosts. */
export type Fallbacks = Readonly<Partial<Record<FallbackWord, (hosts: readonly string[]) => object>>>;

/** `given`: the properties that are known; `names`: and those that are not yet. `fallbacks`: those of the type. */
export function checkBudget(given: object, names: ReadonlySet<string>, type: string, fallbacks: Fallbacks): Failure[] {
  const failures: Failure[] = [];
  const { maxTargets, fallback } = budgetSchema.parse(given);
  if (typeof maxTargets === "string" && !names.has("contents")) {
    const reason = "as a share needs contents: with one hash for all targets, each change sends all of them";
    failures.push({ path: ["maxTargets"], reason });
  }
  const reason = fallback === undefined ? undefined : fallbackProblem(fallback, type, fallbacks);
  if (reason !== undefined) failures.push({ path: ["fallback"], reason });
  return failures;
}

function fallbackProblem(text: string, type: string, fallbacks: Fallbacks): string | undefined {
  const words = Object.keys(fallbacks).map((word) => (word === "tag" ? '"tag:NAME"' : `"${word}"`));
  if (words.length === 0) return `does not fit type ${type}: no coarser purge covers it`;
  const fallback = readFallback(text);
  if (fallback === undefined || fallbacks[fallback.word] === undefined) {
    const tag =
      fallback === undefined && fallbacks.tag !== undefined ? `; for the tag ${text} write "tag:${text}"` : "";
    return `must be ${words.join(" or ")} with type ${type}${tag}`;
  }
  if (fallback.word !== "tag") return undefined;
  const problem = placeholderProblem(fallback.tag, "plain") ?? tagProblem(fallback.tag)?.reason;
  return problem === undefined ? undefined : `names a tag that ${problem}`;
}
