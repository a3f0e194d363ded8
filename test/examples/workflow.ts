/**
 * Runs a job of a GitHub Actions workflow on this machine: its `run:` steps in order and for real, in the shell that
 * GitHub takes on Linux, and its actions by local equivalents that the caller names. Knows as much of the syntax as
 * our examples use, and refuses the rest instead of guessing.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { parse } from "yaml";
import * as z from "zod";

const environment = z.record(z.string(), z.coerce.string()).default({});
const stepSchema = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  shell: z.literal("bash").optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  run: z.string().optional(),
  env: environment,
});
const jobSchema = z.looseObject({
  if: z.string().optional(),
  "runs-on": z.literal("ubuntu-latest"),
  env: environment,
  steps: z.array(stepSchema),
});
const workflowSchema = z.looseObject({ env: environment, jobs: z.record(z.string(), jobSchema) });

export type Workflow = z.output<typeof workflowSchema>;
/** What `${{ … }}` may name: `{ github: { event_name: "push" }, … }`. */
export type Contexts = { readonly [name: string]: string | Contexts };

export interface Machine {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly contexts: Contexts;
  /** By `owner/name`, whatever its version. What they return is added to the environment of the steps behind them. */
  readonly actions: Readonly<
    Record<string, (input: Record<string, unknown>) => Promise<Record<string, string> | void>>
  >;
}

export function readWorkflow(yaml: string): Workflow {
  return workflowSchema.parse(parse(yaml));
}

/** What the steps printed. Rejects when one fails, as the job would. Ends what they left in the background. */
export async function runJob(workflow: Workflow, name: string, machine: Machine): Promise<string> {
  const job = workflow.jobs[name];
  if (!job) throw new Error(`the workflow has no job "${name}"`);
  if (job.if !== undefined && !holds(job.if, machine.contexts)) throw new Error(`the job "${name}" would not run`);
  const started: ChildProcess[] = [];
  let env = { ...machine.env };
  let output = "";
  try {
    for (const step of job.steps) {
      if (step.uses !== undefined) {
        const action = machine.actions[step.uses.replace(/@.*/, "")];
        if (!action) throw new Error(`there is no local equivalent of ${step.uses}`);
        env = { ...env, ...(await action(step.with)) };
        continue;
      }
      const own = resolveAll({ ...workflow.env, ...job.env, ...step.env }, machine.contexts);
      const shell = spawn("bash", ["-e", "-c", resolve(step.run ?? "", machine.contexts)], {
        cwd: machine.cwd,
        env: { ...env, ...own },
        stdio: ["ignore", "pipe", "pipe"],
        // a group of its own, so that what it leaves in the background can be ended with the job
        detached: true,
      });
      started.push(shell);
      for (const stream of [shell.stdout, shell.stderr]) stream.on("data", (text) => (output += String(text)));
      // not "close": a process in the background keeps the pipes open
      const [code] = await once(shell, "exit");
      if (code !== 0) throw new Error(`the step "${step.name ?? step.run}" ended with ${code}:\n${output}`);
    }
  } finally {
    for (const { pid } of started) endGroup(pid);
  }
  return output;
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGTERM");
  } catch {
    // nobody is left in it
  }
}

function holds(condition: string, contexts: Contexts): boolean {
  const [, name = "", value] = /^([\w.]+) == '([^']*)'$/.exec(condition) ?? [];
  if (value === undefined) throw new Error(`cannot judge the condition "${condition}"`);
  return lookUp(name, contexts) === value;
}

function resolveAll(env: Readonly<Record<string, string>>, contexts: Contexts): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, resolve(value, contexts)]));
}

function resolve(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, name: string) => lookUp(name, contexts));
}

function lookUp(name: string, contexts: Contexts): string {
  let found: string | Contexts | undefined = contexts;
  for (const part of name.split(".")) found = typeof found === "object" ? found[part] : undefined;
  if (typeof found !== "string") throw new Error(`nothing is known of \${{ ${name} }}`);
  return found;
}
