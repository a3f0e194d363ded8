/**
 * A test's own cloud and stack: the emulator, the real Pulumi engine, and state in a folder that is gone afterwards.
 * For any test runner:
 *
 *     await using t = await testStack({ program: async () => { new esa.PurgeTrigger("pages", { … }); } });
 *     (await t.preview()).plans["pages"]; // what it would send
 *     await t.up();
 *     (await t.visit("http://www.example.com/")).cache; // "MISS"
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LocalWorkspaceOptions, PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import * as z from "zod";
import type { VisitOptions, Visited } from "./control/client.ts";
import type { LogEntry } from "./control/protocol.ts";
import type { LogFilter } from "./tenant/log.ts";
import { type Emulator, type EmulatorOptions, startEmulator } from "./start.ts";

export interface TestStackOptions {
  /** The program as a function, or `workDir`: the folder of one, in any language. */
  readonly program?: PulumiFn;
  readonly workDir?: string;
  /** The program's own configuration, such as `{ "site:release": "v1" }`. The cloud's is there already. */
  readonly config?: Readonly<Record<string, string>>;
  readonly emulator?: EmulatorOptions;
  /** A folder with `pulumi-resource-edgecache`, where the plugin is not installed. With `program` only. */
  readonly plugin?: string;
  /** Of Pulumi's Automation API: environment variables, another CLI. */
  readonly workspace?: Pick<LocalWorkspaceOptions, "envVars" | "pulumiCommand">;
}

/** What a trigger would send: its output `plan`, as the provider's reference describes it. */
export type Plan = Readonly<Record<string, unknown>>;

export interface Ran {
  /** What Pulumi printed. */
  readonly text: string;
  /** Operation (`create`, `update`, `same`, …) → how many resources. */
  readonly changes: Readonly<Record<string, number | undefined>>;
}

export interface Previewed extends Ran {
  /** A trigger's name → its plan. */
  readonly plans: Readonly<Record<string, Plan>>;
}

export interface Updated extends Ran {
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface TestStack extends AsyncDisposable {
  readonly emulator: Emulator;
  /** Of Pulumi's Automation API, for whatever is not here. */
  readonly stack: Stack;
  preview(): Promise<Previewed>;
  up(): Promise<Updated>;
  destroy(): Promise<void>;
  /** Changes the program's configuration. */
  configure(config: Readonly<Record<string, string>>): Promise<void>;
  /** Pages at the origin. */
  publish: Emulator["origin"]["publish"];
  /** As a visitor of the edge. */
  visit(url: string, options?: VisitOptions): Promise<Visited>;
  /** The calls that reached the cloud, oldest first. */
  requests(filter?: LogFilter): Promise<readonly LogEntry[]>;
}

export async function testStack(options: TestStackOptions): Promise<TestStack> {
  const emulator = await startEmulator(options.emulator);
  const folder = await mkdtemp(path.join(tmpdir(), "edgecache-test-"));
  const dispose = async (): Promise<void> => {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const stack = await openStack(options, folder);
    const keys = Object.entries(emulator.configuration).map(([key, value]) => [`edgecache:${key}`, value] as const);
    const configure = (config: Readonly<Record<string, string>>): Promise<void> =>
      stack.setAllConfig(Object.fromEntries(Object.entries(config).map(([key, value]) => [key, { value }])));
    await configure({ ...Object.fromEntries(keys), ...options.config });
    return {
      emulator,
      stack,
      configure,
      async preview() {
        const plans: Record<string, Plan> = {};
        const { stdout, changeSummary } = await stack.preview({
          onEvent: ({ resOutputsEvent }) => {
            const planned = plannedSchema.safeParse(resOutputsEvent?.metadata);
            if (planned.success) plans[nameIn(planned.data.urn)] = planned.data.new.outputs.plan;
          },
        });
        return { text: stdout, changes: changeSummary, plans };
      },
      async up() {
        const { stdout, summary, outputs } = await stack.up();
        const values = Object.entries(outputs).map(([name, { value }]): [string, unknown] => [name, value]);
        return { text: stdout, changes: { ...summary.resourceChanges }, outputs: Object.fromEntries(values) };
      },
      async destroy() {
        await stack.destroy();
      },
      publish: (...pages) => emulator.origin.publish(...pages),
      visit: (url, visit) => emulator.control.visit(url, visit),
      requests: (filter) => emulator.control.requests.find(filter),
      async [Symbol.asyncDispose]() {
        // The settings file of a program's folder is the only thing outside of `folder`.
        await stack.workspace.removeStack(stack.name, { force: true });
        if (options.workDir !== undefined) {
          await rm(path.join(options.workDir, `Pulumi.${stack.name}.yaml`), { force: true });
        }
        await dispose();
      },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

const plannedSchema = z.looseObject({
  urn: z.string(),
  new: z.looseObject({ outputs: z.looseObject({ plan: z.looseObject({ carriedOut: z.literal(false) }) }) }),
});

async function openStack(options: TestStackOptions, folder: string): Promise<Stack> {
  const { program, workDir, plugin, workspace } = options;
  // Only who tests stacks needs Pulumi; the emulator itself does not.
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  const state = path.join(folder, "state");
  await mkdir(state);
  const settings: LocalWorkspaceOptions = {
    ...workspace,
    envVars: {
      PULUMI_BACKEND_URL: `file://${state.split(path.sep).join("/")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...workspace?.envVars,
    },
  };
  const stackName = `test-${path.basename(folder).split("-").at(-1)?.toLowerCase() ?? "it"}`;
  if (workDir !== undefined) return LocalWorkspace.createStack({ stackName, workDir }, settings);
  if (program === undefined) throw new Error("testStack: give program or workDir");
  const plugins = plugin === undefined ? {} : { plugins: { providers: [{ name: "edgecache", path: plugin }] } };
  const projectSettings = { name: "test", runtime: "nodejs", ...plugins };
  return LocalWorkspace.createStack(
    { stackName, projectName: "test", program },
    { ...settings, workDir: folder, projectSettings },
  );
}

function nameIn(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}
