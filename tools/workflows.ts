/**
 * What a workflow or an action of ours must not do, as far as its text tells:
 *
 *  - use another action than at a commit, with the release that it is as a comment;
 *  - leave its permissions open, or keep its token in the checkout where it does not need it;
 *  - install or build anything, or restore a cache, in a job that may sign in our name (`id-token: write`);
 *  - run on `pull_request_target`, which gives a fork's text our secrets.
 */
import { parse } from "yaml";
import * as z from "zod";

const permissions = z.union([z.string(), z.record(z.string(), z.string())]).optional();
const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const job = z.looseObject({ permissions, steps: z.array(step).default([]) });
const workflow = z.looseObject({
  on: z.unknown().optional(),
  permissions,
  jobs: z.record(z.string(), job).optional(),
});

type Job = z.output<typeof job>;
type Permissions = z.output<typeof permissions>;

export function problemsOf(text: string): string[] {
  const { on, permissions: ofAll, jobs } = workflow.parse(parse(text));
  const problems = unpinned(text);
  if (jobs === undefined) return problems;
  if (JSON.stringify(on ?? null).includes("pull_request_target")) problems.push("runs on pull_request_target");
  if (ofAll === undefined) problems.push("says no permissions: every job has those of the repository's settings");
  if (canWrite(ofAll)) problems.push("lets every job write: give that to the job which does");
  for (const [name, each] of Object.entries(jobs)) {
    problems.push(...problemsOfJob(each, ofAll).map((problem) => `job ${name} ${problem}`));
  }
  return problems;
}

function unpinned(text: string): string[] {
  const used = [...text.matchAll(/^\s*(?:- )?uses:\s*(\S+)(.*)$/gm)].map(([, action = "", rest = ""]) => ({
    action,
    rest,
  }));
  return used
    .filter(({ action }) => !action.startsWith("./"))
    .filter(({ action, rest }) => !/@[0-9a-f]{40}$/.test(action) || !/^ # v\d+\.\d+\.\d+$/.test(rest))
    .map(({ action }) => `uses ${action}, not a commit with its release: owner/name@<40 hex digits> # v1.2.3`);
}

function problemsOfJob(job: Job, ofAll: Permissions): string[] {
  const granted = job.permissions ?? ofAll;
  const checkouts = job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  const keeps = checkouts.some((step) => step.with["persist-credentials"] !== false);
  const problems = keeps ? ["keeps its token in the checkout: persist-credentials: false"] : [];
  if (!mayWrite(granted, "id-token")) return problems;
  const commands = job.steps.flatMap(({ run = "" }) => run.split("\n"));
  const caches = job.steps.filter(
    ({ with: options, uses = "" }) => "cache" in options || uses.startsWith("actions/cache"),
  );
  return [
    ...problems,
    ...commands.filter((line) => runsPackages.test(line)).map((line) => `may sign, and runs \`${line.trim()}\``),
    ...caches.map(({ uses }) => `may sign, and restores a cache: ${uses}`),
  ];
}

/** Commands that fetch other people's code and run it. `npm publish` is told by tools/release/publish.ts to run none. */
const runsPackages =
  /(?:^|[|&;(])\s*(?:npm|pnpm|yarn|npx|bun|pip3?|pipx|uvx?|poetry|go|cargo|gem|curl|wget|docker|apt-get|make|bash|sh)\s|-m (?:pip|build)\b/;

function canWrite(granted: Permissions): boolean {
  if (typeof granted === "string") return granted === "write-all";
  return Object.values(granted ?? {}).includes("write");
}

function mayWrite(granted: Permissions, what: string): boolean {
  return typeof granted === "string" ? granted === "write-all" : granted?.[what] === "write";
}
