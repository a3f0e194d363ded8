/** The triggers' contract, kept by ESA's uploads: a call is a file with a target on each line. */
import type { CallContext } from "../../core/call.ts";
import { randomId, Slot } from "../../core/context.ts";
import { Fault } from "../../core/errors.ts";
import { Desk } from "../../triggers/desk.ts";
import { timestamp } from "../../triggers/receipts.ts";
import type { Batch, KindRules, Lane, TaskRow, TriggerService } from "../../triggers/service.ts";
import { TaskReader } from "../../triggers/wait.ts";
import type { AlibabaClient, AlibabaContext } from "../alibaba/rpc.ts";
import { esaClient, getPurgeQuota, listUploadTasks } from "./client.ts";
import { memoryMs, pace } from "./limits.ts";
import {
  authorizeFileUpload,
  getFailFile,
  getUploadTask,
  openPlatformClient,
  putObject,
  submitUploadTask,
  uploadFile,
  type UploadType,
} from "./upload-client.ts";

export interface UploadLane extends Lane {
  readonly kind: UploadType;
  readonly siteId: string;
  readonly force: boolean | undefined;
  readonly name: string;
  /** A file that lies somewhere already; its lines are not known here. */
  readonly url: string | undefined;
}

/**
 * 10 MB a file: api-esa-2024-09-10-uploadfile, read 2026-11-22. No number of lines is published.
 * The list of tasks has a row for each file, not for each line.
 */
const fileRules: KindRules = {
  perCall: 1_000_000,
  bytesPerCall: 10 * 1024 * 1024 - 1024,
  bytesBeside: 1,
  noun: "line",
  listed: "always",
  opaqueRows: true,
};

type Uploads = { readonly desk: Desk<UploadLane>; readonly reader: TaskReader<UploadLane> };
const purges = new Slot<Uploads>("ESA purge uploads");
const prefetches = new Slot<Uploads>("ESA prefetch uploads");

export function esaUploads(context: AlibabaContext, type: UploadType): Uploads {
  const verb = type === "preload" ? "prefetch" : "purge";
  return context.share(verb === "purge" ? purges : prefetches, () => {
    const service = uploadService(esaClient(context), openPlatformClient(context), verb);
    return { desk: new Desk(service, context), reader: new TaskReader(service, context.clock) };
  });
}

function uploadService(
  client: AlibabaClient,
  openPlatform: AlibabaClient,
  verb: "purge" | "prefetch",
): TriggerService<UploadLane> {
  const { clock, random } = client.context;
  return {
    name: "ESA",
    verb,
    memoryMs,
    action: () => "UploadFile",
    rules: (lane) => (lane.url === undefined ? fileRules : { ...fileRules, everything: true, noun: "file" }),
    gate: () => client.gate("UploadFile"),
    pace: () => pace("UploadFile"),
    async submit({ lane, targets }: Batch<UploadLane>, call) {
      const url = lane.url ?? (await putFile(openPlatform, targets, call));
      // The name is ours alone, so that a lost answer can be found again by it.
      const name = `${lane.name}-${randomId(random)}`;
      const { uploadId, requestId } = await uploadOnce(client, lane, name, url, call);
      await submitUploadTask(client, { siteId: lane.siteId, uploadId, force: lane.force }, call);
      return { requestId, taskIds: [uploadId], refused: [] };
    },
    async readTasks(lane, tasks, call) {
      const rows: TaskRow[] = [];
      for (const { taskId } of tasks) rows.push(...(await readUpload(client, lane.siteId, taskId, call)));
      return rows;
    },
    // The list does not say what was in a file; `submit` looks its own names up itself.
    tasksSince: () => Promise.resolve([]),
    async quota(lane, call) {
      if (lane.kind === "preload") return undefined;
      const { quota, usage } = await getPurgeQuota(client, { siteId: lane.siteId, type: lane.kind }, call);
      return { limit: quota, remaining: Math.max(0, quota - usage) };
    },
  };

  async function uploadOnce(esa: AlibabaClient, lane: UploadLane, name: string, url: string, call: CallContext) {
    try {
      return await uploadFile(esa, { siteId: lane.siteId, type: lane.kind, name, url }, call);
    } catch (error) {
      if (!(error instanceof Fault) || error.kind !== "ambiguous") throw error;
      const uploadId = await findByName(esa, lane, name, call);
      if (uploadId !== undefined) return { uploadId, requestId: "" };
      const { cloud, action, code, text } = error;
      // It is not there: nothing was done.
      throw new Fault({ kind: "transient", cloud, action, code, text });
    }
  }

  async function findByName(
    esa: AlibabaClient,
    lane: UploadLane,
    name: string,
    call: CallContext,
  ): Promise<string | undefined> {
    for (const delay of [500, 1500, 3000]) {
      await clock.sleep(delay, call.signal);
      const now = clock.now();
      const window = { startTime: timestamp(now - 600_000), endTime: timestamp(now + 600_000) };
      const { tasks } = await listUploadTasks(esa, { siteId: lane.siteId, type: undefined, ...window }, call);
      const found = tasks.find((task) => task.uploadTaskName === name);
      if (found !== undefined) return found.uploadId;
    }
    return undefined;
  }
}

async function putFile(openPlatform: AlibabaClient, targets: readonly string[], call: CallContext): Promise<string> {
  const grant = await authorizeFileUpload(openPlatform, call);
  return putObject(grant, Buffer.from(`${targets.join("\n")}\n`), call.signal);
}

/** One row for the file, and one for each line that failed. */
async function readUpload(
  client: AlibabaClient,
  siteId: string,
  uploadId: string,
  call: CallContext,
): Promise<TaskRow[]> {
  const task = await getUploadTask(client, { siteId, uploadId }, call);
  if (task === undefined) return [];
  const row = { taskId: uploadId, target: "" };
  switch (task.status) {
    case "success":
      return [{ ...row, state: "done" }];
    case "partial":
    case "fail": {
      const code = task.status === "partial" ? "Partial" : "Fail";
      const lines = await getFailFile(client, { siteId, uploadId }, call);
      const failed = lines.map((target): TaskRow => ({
        taskId: uploadId,
        target,
        state: "failed",
        code,
        reason: task.description,
      }));
      if (failed.length === 0) return [{ ...row, state: "failed", code, reason: task.description }];
      return [...failed, { ...row, state: "done" }];
    }
    default:
      return [{ ...row, state: "pending" }];
  }
}
