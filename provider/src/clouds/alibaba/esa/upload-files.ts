/**
 * A file with a target on each line, on its way to ESA and to its end: what
 * UploadTask sends, and PurgeTrigger where its `bulk` chooses to.
 */
import type { CallContext } from "../../../core/call.ts";
import { optional } from "../../../core/optional.ts";
import { timestamp } from "../../../triggers/receipts.ts";
import type { KindRules, Submission, TaskRow } from "../../../triggers/service.ts";
import type { AlibabaClient } from "../client.ts";
import { listUploadTasks } from "./client.ts";
import { memoryMs } from "./limits.ts";
import {
  authorizeFileUpload,
  getFailFile,
  getUploadTask,
  hasStarted,
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
  /** The task's name: no other task has it, so that a lost answer can be found by it. */
  readonly name: string;
  readonly force?: boolean | undefined;
  /** A file that lies somewhere already; its lines are not known here. */
  readonly url?: string | undefined;
}

/** One file and its task, tried once. */
export async function sendFile(
  { esa, openPlatform }: Clients,
  order: FileOrder,
  targets: readonly string[],
  call: CallContext,
): Promise<Submission> {
  const url = order.url ?? (await putFile(openPlatform, targets, call));
  const { siteId, type, name } = order;
  const { uploadId, requestId } = await uploadFile(esa, { siteId, type, name, url }, call);
  if (uploadId === "") return { requestId, taskIds: [], refused: [] };
  await submitUploadTask(esa, { siteId, uploadId, force: order.force }, call);
  return { requestId, taskIds: [uploadId], refused: [] };
}

async function putFile(openPlatform: AlibabaClient, targets: readonly string[], call: CallContext): Promise<string> {
  const grant = await authorizeFileUpload(openPlatform, call);
  return putObject(openPlatform, grant, Buffer.from(`${targets.join("\n")}\n`), call);
}

/** The task of this name, started if it had not been; `undefined`: there is none. */
export async function finishFile(
  { esa }: Clients,
  { siteId, name, force }: FileOrder,
  call: CallContext,
): Promise<Submission | undefined> {
  const found = (await listed(esa, siteId, call)).find((task) => task.uploadTaskName === name);
  if (found === undefined) return undefined;
  const start = { siteId, uploadId: found.uploadId, force };
  if (!(await hasStarted(esa, start, call))) await submitUploadTask(esa, start, call);
  return { requestId: "", taskIds: [start.uploadId], refused: [] };
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
  const status = found.status.toLowerCase();
  switch (status) {
    case "success":
      return [{ ...row, state: "done" }];
    case "partial":
    case "fail": {
      const code = status === "partial" ? "Partial" : "Fail";
      const failed = { taskId: task.uploadId, state: "failed", code, reason: found.description } as const;
      const lines = await getFailFile(esa, task, call);
      if (lines.length === 0) return [{ ...failed, target: "", whole: true }];
      const lasting = await areRefused(esa, task, call);
      return [...lines.map((target) => ({ ...failed, target, lasting })), { ...row, state: "done" }];
    }
    default:
      return [{ ...row, state: "pending" }];
  }
}

async function listed(esa: AlibabaClient, siteId: string, call: CallContext) {
  const { vendorClock } = esa;
  const window = {
    startTime: timestamp(vendorClock.listsSince(memoryMs)),
    endTime: timestamp(vendorClock.now() + 600_000),
  };
  return (await listUploadTasks(esa, { siteId, type: undefined, ...window }, call)).tasks;
}

/** Whether all lines that failed did so for themselves. The list says of which kinds failures were, not of which line. */
async function areRefused(
  esa: AlibabaClient,
  { siteId, uploadId }: { readonly siteId: string; readonly uploadId: string },
  call: CallContext,
): Promise<boolean> {
  const read = await optional(call, esa.context.clock, (limited) => listed(esa, siteId, limited));
  const found = "found" in read ? read.found.find((task) => task.uploadId === uploadId) : undefined;
  return /^(?:Invalid(?:Url|Domain),?)+$/.test(found?.errorCode ?? "");
}
