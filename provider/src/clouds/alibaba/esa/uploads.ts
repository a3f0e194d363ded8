/** The triggers' contract, kept by ESA's uploads: a call is a file with a target on each line. */
import type { TaskRow, TriggerService } from "../../../triggers/service.ts";
import { allTarget } from "../../../triggers/receipts.ts";
import type { AlibabaContext } from "../client.ts";
import { esaClient, getPurgeQuota } from "./client.ts";
import { memoryMs, pace } from "./limits.ts";
import { openPlatformClient, type UploadType } from "./upload-client.ts";
import { fileRules, finishFile, readFileTask, sendFile, type Clients, type FileOrder } from "./upload-files.ts";

export interface UploadOptions {
  readonly siteId: string;
  readonly type: UploadType;
  readonly uploadTaskName: string;
  readonly force?: boolean | undefined;
  /** A file that lies somewhere already; its lines are not known here. */
  readonly url?: string | undefined;
}

export function uploadService(context: AlibabaContext, kind: string): TriggerService<UploadOptions> {
  const clients: Clients = { esa: esaClient(context), openPlatform: openPlatformClient(context) };
  const { esa } = clients;
  const orderOf = ({ siteId, type, force, url, uploadTaskName }: UploadOptions, reference: string): FileOrder => {
    return { siteId, type, force, url, name: `${uploadTaskName}-${reference}` };
  };
  return {
    name: "ESA",
    verb: kind === "preload" ? "prefetch" : "purge",
    memoryMs,
    action: () => "UploadFile",
    rules: ({ options: { url, type } }) =>
      url === undefined
        ? { ...fileRules, many: type === "directory" }
        : { ...fileRules, everything: true, noun: "file" },
    gate: () => esa.gate("UploadFile"),
    pace: () => pace("UploadFile"),
    vendorClock: esa.vendorClock,
    submit: ({ lane, targets, reference }, call) =>
      sendFile(clients, orderOf(lane.options, reference), targets === "all" ? [] : targets, call),
    resume: ({ lane, reference }, call) => finishFile(clients, orderOf(lane.options, reference), call),
    async readTasks({ options: { siteId, url } }, tasks, call) {
      const rows: TaskRow[] = [];
      for (const { taskId: uploadId } of tasks) {
        const read = await readFileTask(esa, { siteId, uploadId }, call);
        rows.push(...(url === undefined ? read : asOne(read)));
      }
      return rows;
    },
    // The list does not say what was in a file; a lost call is found by its name.
    tasksSince: () => Promise.resolve(undefined),
    async quota({ options: { siteId, type } }, call) {
      if (type === "preload") return undefined;
      const { quota, usage } = await getPurgeQuota(esa, { siteId, type }, call);
      return { limit: quota, remaining: Math.max(0, quota - usage) };
    },
  };
}

/** Of a file by URL only the whole is a target; its failed lines become the reason. */
function asOne(rows: readonly TaskRow[]): TaskRow[] {
  const lines = rows.filter(({ target }) => target !== "").map(({ target }) => target);
  const failed = rows.find(({ state }) => state === "failed");
  if (failed === undefined) return rows.map((row) => ({ ...row, target: allTarget }));
  const named = `${failed.reason} Failed lines: ${lines.slice(0, 10).join(", ")}`;
  const reason = lines.length > 10 ? `${named} and ${lines.length - 10} more` : named;
  return [{ ...failed, target: allTarget, reason: lines.length === 0 ? failed.reason : reason.trim() }];
}
