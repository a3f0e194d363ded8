/** The triggers' contract, kept by ESA's uploads: a call is a file with a target on each line. */
import { Slot } from "../../../core/context.ts";
import { openOffice, type Office } from "../../../triggers/office.ts";
import { everything, type Batch, type Lane, type TaskRow, type TriggerService } from "../../../triggers/service.ts";
import type { AlibabaContext } from "../client.ts";
import { esaClient, getPurgeQuota } from "./client.ts";
import { memoryMs, pace } from "./limits.ts";
import { openPlatformClient, type UploadType } from "./upload-client.ts";
import { fileRules, readFileTask, sendFile, type Clients } from "./upload-files.ts";

export interface UploadLane extends Lane {
  readonly kind: UploadType;
  readonly siteId: string;
  readonly force: boolean | undefined;
  readonly name: string;
  /** A file that lies somewhere already; its lines are not known here. */
  readonly url: string | undefined;
}

const purges = new Slot<Office<UploadLane>>("ESA purge uploads");
const prefetches = new Slot<Office<UploadLane>>("ESA prefetch uploads");

export function esaUploads(context: AlibabaContext, type: UploadType): Office<UploadLane> {
  const verb = type === "preload" ? "prefetch" : "purge";
  return context.share(verb === "purge" ? purges : prefetches, () => {
    const service = uploadService({ esa: esaClient(context), openPlatform: openPlatformClient(context) }, verb);
    return openOffice(service, context);
  });
}

function uploadService(clients: Clients, verb: "purge" | "prefetch"): TriggerService<UploadLane> {
  const { esa } = clients;
  return {
    name: "ESA",
    verb,
    memoryMs,
    action: () => "UploadFile",
    rules: (lane) => (lane.url === undefined ? fileRules : { ...fileRules, everything: true, noun: "file" }),
    gate: () => esa.gate("UploadFile"),
    pace: () => pace("UploadFile"),
    submit: ({ lane, targets }: Batch<UploadLane>, call) =>
      sendFile(clients, { ...lane, type: lane.kind }, targets, call),
    async readTasks(lane, tasks, call) {
      const rows: TaskRow[] = [];
      for (const { taskId: uploadId } of tasks) {
        const read = await readFileTask(esa, { siteId: lane.siteId, uploadId }, call);
        rows.push(...(lane.url === undefined ? read : asOne(read)));
      }
      return rows;
    },
    // The list does not say what was in a file; `sendFile` looks its own names up itself.
    tasksSince: () => Promise.resolve([]),
    async quota(lane, call) {
      if (lane.kind === "preload") return undefined;
      const { quota, usage } = await getPurgeQuota(esa, { siteId: lane.siteId, type: lane.kind }, call);
      return { limit: quota, remaining: Math.max(0, quota - usage) };
    },
  };
}

/** Of a file by URL only the whole is a target; its failed lines become the reason. */
function asOne(rows: readonly TaskRow[]): TaskRow[] {
  const lines = rows.filter(({ target }) => target !== "").map(({ target }) => target);
  const failed = rows.find(({ state }) => state === "failed");
  if (failed === undefined) return rows.map((row) => ({ ...row, target: everything }));
  const named = `${failed.reason} Failed lines: ${lines.slice(0, 10).join(", ")}`;
  const reason = lines.length > 10 ? `${named} and ${lines.length - 10} more` : named;
  return [{ ...failed, target: everything, reason: lines.length === 0 ? failed.reason : reason.trim() }];
}
