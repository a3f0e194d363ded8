/**
 * A file with a target on each line, on its way to ESA and to its end: what
 * UploadTask sends, and PurgeTrigger where its `bulk` chooses to.
 */
import type { CallContext } from "../../../core/call.ts";
import { randomId } from "../../../core/context.ts";
import { Fault } from "../../../core/errors.ts";
import { timestamp } from "../../../triggers/receipts.ts";
import type { KindRules, Submission, TaskRow } from "../../../triggers/service.ts";
import type { AlibabaClient } from "../client.ts";
import { listUploadTasks } from "./client.ts";
import {
  authorizeFileUpload,
  getFailFile,
  getUploadTask,
  putObject,
  submitUploadTask,
  uploadFile,
  type UploadType,
} from "./upload-client.ts";

/** 10 MB a file: api-esa-2024-09-10-uploadfile, read 2026-11-22. No number of lines is published. */
export const fileRules: KindRules = {
  perCall: 1_000_000,
  bytesPerCall: 10 * 1024 * 1024 - 1024,
  bytesBeside: 1,
  noun: "line",
  listed: "always",
};

/** What a file costs: AuthorizeFileUpload, PostObject, UploadFile, SubmitUploadTask. */
export const callsPerFile = 4;

export interface Clients {
  readonly esa: AlibabaClient;
  readonly openPlatform: AlibabaClient;
}

export interface FileOrder {
  readonly siteId: string;
  readonly type: UploadType;
  /** How the task's name begins. */
  readonly name: string;
  readonly force: boolean | undefined;
  /** A file that lies somewhere already; its lines are not known here. */
  readonly url?: string | undefined;
}

export async function sendFile(
  { esa, openPlatform }: Clients,
  order: FileOrder,
  targets: readonly string[],
  call: CallContext,
): Promise<Submission> {
  const url = order.url ?? (await putFile(openPlatform, targets, call));
  // The name is ours alone, so that a lost answer can be found again by it.
  const name = `${order.name}-${randomId(esa.context.random)}`;
  const { uploadId, requestId } = await uploadOnce(esa, order, name, url, call);
  await submitUploadTask(esa, { siteId: order.siteId, uploadId, force: order.force }, call);
  return { requestId, taskIds: [uploadId], refused: [] };
}

async function putFile(openPlatform: AlibabaClient, targets: readonly string[], call: CallContext): Promise<string> {
  const grant = await authorizeFileUpload(openPlatform, call);
  return putObject(grant, Buffer.from(`${targets.join("\n")}\n`), call.signal);
}

async function uploadOnce(
  esa: AlibabaClient,
  { siteId, type }: FileOrder,
  name: string,
  url: string,
  call: CallContext,
): Promise<{ uploadId: string; requestId: string }> {
  try {
    return await uploadFile(esa, { siteId, type, name, url }, call);
  } catch (error) {
    if (!(error instanceof Fault) || error.kind !== "ambiguous") throw error;
    const uploadId = await findByName(esa, siteId, name, call);
    if (uploadId !== undefined) return { uploadId, requestId: "" };
    const { cloud, action, code, text } = error;
    // It is not there: nothing was done.
    throw new Fault({ kind: "transient", cloud, action, code, text });
  }
}

async function findByName(
  esa: AlibabaClient,
  siteId: string,
  name: string,
  call: CallContext,
): Promise<string | undefined> {
  const { clock } = esa.context;
  for (const delay of [500, 1500, 3000]) {
    await clock.sleep(delay, call.signal);
    const now = clock.now();
    const window = { startTime: timestamp(now - 600_000), endTime: timestamp(now + 600_000) };
    const { tasks } = await listUploadTasks(esa, { siteId, type: undefined, ...window }, call);
    const found = tasks.find((task) => task.uploadTaskName === name);
    if (found !== undefined) return found.uploadId;
  }
  return undefined;
}

/** One row for the file, and one for each line that failed. */
export async function readFileTask(
  esa: AlibabaClient,
  task: { readonly siteId: string; readonly uploadId: string },
  call: CallContext,
): Promise<TaskRow[]> {
  const found = await getUploadTask(esa, task, call);
  if (found === undefined) return [];
  const row = { taskId: task.uploadId, target: "", whole: true };
  switch (found.status) {
    case "success":
      return [{ ...row, state: "done" }];
    case "partial":
    case "fail": {
      const code = found.status === "partial" ? "Partial" : "Fail";
      const failed = { taskId: task.uploadId, state: "failed", code, reason: found.description } as const;
      const lines = await getFailFile(esa, task, call);
      if (lines.length === 0) return [{ ...failed, target: "", whole: true }];
      return [...lines.map((target) => ({ ...failed, target })), { ...row, state: "done" }];
    }
    default:
      return [{ ...row, state: "pending" }];
  }
}
