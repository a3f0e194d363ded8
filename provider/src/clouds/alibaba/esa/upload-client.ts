/**
 * ESA's file uploads, one function for each step. A file travels as the
 * vendor's SDK sends it (permission from OpenPlatform, then a form to object
 * storage), by code of ours: the SDK ignores its configured endpoint, knows no
 * deadline, and leaves out the line end before the form's last boundary.
 */
import type * as sdk from "@alicloud/esa20240910";
import type openPlatformSdk from "@alicloud/openplatform20191219";
import type { AuthorizeFileUploadResponseBody } from "@alicloud/openplatform20191219";
import type { CallContext } from "../../../core/call.ts";
import { Slot } from "../../../core/context.ts";
import { Fault } from "../../../core/errors.ts";
import { optional } from "../../../core/optional.ts";
import { send, type Incoming, type Outgoing } from "../../../core/network/send.ts";
import { id, required, row, text, type RowOf } from "../../rows.ts";
import { originOf } from "../../endpoint.ts";
import { AlibabaClient, type AlibabaContext } from "../client.ts";
import { esa, requestId } from "./client.ts";
import type { GetFailFileResponseBody, SubmitUploadTaskResponseBody } from "./unreleased.ts";
import { boolean, requestsOf } from "../request.ts";

const slot = new Slot<AlibabaClient>("OpenPlatform client");

export function openPlatformClient(context: AlibabaContext): AlibabaClient {
  return context.share(
    slot,
    () =>
      new AlibabaClient(
        {
          name: "OpenPlatform",
          version: "2019-12-19",
          // An emulator given by its URL serves this too.
          endpoint: ({ openPlatformEndpoint, esaEndpoint }) =>
            openPlatformEndpoint ??
            (esaEndpoint !== undefined && originOf(esaEndpoint).protocol === "http:"
              ? esaEndpoint
              : "openplatform.aliyuncs.com"),
          codes: {},
          pace: () => ({ calls: 20, perMs: 1000 }),
        },
        context,
      ),
  );
}

const grant = row<AuthorizeFileUploadResponseBody>()({
  AccessKeyId: id(),
  Bucket: required(),
  Endpoint: required(),
  ObjectKey: required(),
  EncodedPolicy: required(),
  Signature: required(),
});
export type Grant = RowOf<typeof grant>;

const openPlatform = requestsOf<openPlatformSdk.default>();

export function authorizeFileUpload(client: AlibabaClient, call: CallContext): Promise<Grant> {
  const request = openPlatform("GET", "AuthorizeFileUpload", { Product: "ESA", RegionId: "cn-hangzhou" });
  return client.ask(request, grant.wire, call);
}

/** A transfer may take long on a slow line; one that stands still is dead. */
const transfer = { timeoutMs: 30 * 60_000, standstillMs: 30_000 } as const;

/** Puts the file where the grant allows it, and answers the URL under which ESA fetches it. */
export async function putObject(
  client: AlibabaClient,
  grant: Grant,
  content: Buffer,
  call: CallContext,
): Promise<string> {
  const { accessKeyId, bucket, endpoint, objectKey, encodedPolicy: policy, signature } = grant;
  const authority = `${bucket}.${endpoint}`;
  const fields = {
    OSSAccessKeyId: accessKeyId,
    policy,
    Signature: signature,
    key: objectKey,
    success_action_status: "201",
  };
  const boundary = `edgecache-${signature.replaceAll(/[^A-Za-z0-9]/g, "").slice(0, 24)}`;
  // By TLS, but where OpenPlatform is an emulator without.
  const url = new URL(`${client.origin.protocol}//${authority}/`);
  const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
  const body = formData(fields, { name: objectKey, content }, boundary);
  const answer = await transferred({ method: "POST", url, headers, body }, "PostObject", client, call);
  if (answer.status >= 200 && answer.status < 300) return `http://${authority}/${objectKey}`;
  const text = answer.body.toString();
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? `HTTP${answer.status}`;
  const message = /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? "";
  throw storageFault("PostObject", answer.status >= 500 ? "transient" : "unknown", code, message);
}

async function transferred(
  outgoing: Outgoing,
  action: string,
  { context }: AlibabaClient,
  call: CallContext,
): Promise<Incoming> {
  try {
    return await send(outgoing, { cloud: "OSS", action, ...transfer }, call, context);
  } catch (error) {
    // A file has no effect until UploadFile names it, and a read never: a repeat is harmless.
    if (!(error instanceof Fault) || error.kind !== "ambiguous") throw error;
    const { cloud, code, text, hint } = error;
    throw new Fault({ kind: "transient", cloud, action, code, text, hint });
  }
}

function formData(
  fields: Readonly<Record<string, string>>,
  file: { name: string; content: Buffer },
  boundary: string,
): Buffer {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${file.name}"\r\nContent-Type: text/plain\r\n\r\n`;
  return Buffer.concat([Buffer.from(parts.join("") + head), file.content, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

function storageFault(action: string, kind: "transient" | "unknown", code: string, text: string): Fault {
  return new Fault({ kind, cloud: "OSS", action, code, text });
}

const uploaded = row<sdk.UploadFileResponseBody & SubmitUploadTaskResponseBody>()({
  RequestId: requestId,
  UploadId: id(),
});

export type UploadType = "file" | "preload" | "directory" | "ignoreParams";

/** Tried once: the submit queue decides what a failure means. */
export function uploadFile(
  client: AlibabaClient,
  upload: { readonly siteId: string; readonly type: UploadType; readonly name: string; readonly url: string },
  call: CallContext,
) {
  const request = esa("POST", "UploadFile", {
    SiteId: upload.siteId,
    Type: upload.type,
    UploadTaskName: upload.name,
    Url: upload.url,
  });
  return client.once(request, uploaded.wire, call);
}

interface Upload {
  readonly siteId: string;
  readonly uploadId: string;
}

interface Start extends Upload {
  readonly force: boolean | undefined;
}

/** So often a start without answer is tried, while the task does not seem to have started. */
const starts = 4;

/**
 * Starts an uploaded task. One that has started by itself may answer InvalidParameters, which is fine: only what it was
 * to do differently, to delete copies, is then not sure. A start without answer may have begun the work, and another
 * would begin it again, so its state is read first.
 */
export async function submitUploadTask(
  client: AlibabaClient,
  { siteId, uploadId, force }: Start,
  call: CallContext,
): Promise<void> {
  const request = esa("GET", "SubmitUploadTask", { SiteId: siteId, UploadId: uploadId, Force: boolean(force) });
  for (let tries = 1; ; tries++) {
    try {
      await client.ask(request, uploaded.wire, call, "ifRefused");
      return;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.kind === "ambiguous") {
        if (await startsSoon(client, { siteId, uploadId, force }, call)) return;
        if (tries < starts) continue;
      }
      if (error.code !== "InvalidParameters") throw error;
      if (force === true) {
        call.log.warn(
          `ESA started upload ${uploadId} before it could be told to delete copies (force), so it may only have marked them stale: an origin that compares dates then keeps the newer copy. A PurgeTrigger with bulk "never" deletes for certain.`,
        );
      }
      return;
    }
  }
}

/** A task that has started may be shown as it was before for a moment. */
const looksAfterMs = [500, 1500, 3000];

async function startsSoon(client: AlibabaClient, start: Start, call: CallContext): Promise<boolean> {
  for (const delay of looksAfterMs) {
    await client.context.clock.sleep(delay, call.signal);
    if (await hasStarted(client, start, call)) return true;
  }
  return false;
}

/** `false` also where nothing tells: not whether it was with `force`, for one. */
export async function hasStarted(
  client: AlibabaClient,
  { force, ...upload }: Start,
  call: CallContext,
): Promise<boolean> {
  if (force === true) return false;
  const read = await optional(call, client.context.clock, (limited) => getUploadTask(client, upload, limited));
  return "found" in read && read.found !== undefined && read.found.status.toLowerCase() !== "init";
}

const state = row<sdk.GetUploadTaskResponseBody>()({ Status: required(), Description: text() });

/** `undefined`: the vendor does not know the task (any more). */
export async function getUploadTask(
  client: AlibabaClient,
  { siteId, uploadId }: Upload,
  call: CallContext,
): Promise<RowOf<typeof state> | undefined> {
  try {
    return await client.ask(esa("GET", "GetUploadTask", { SiteId: siteId, UploadId: uploadId }), state.wire, call);
  } catch (error) {
    if (error instanceof Fault && error.code === "InvalidParameters") return undefined;
    throw error;
  }
}

const link = row<GetFailFileResponseBody>()({ DownloadLink: required() });

/** The lines that failed. */
export async function getFailFile(
  client: AlibabaClient,
  { siteId, uploadId }: Upload,
  call: CallContext,
): Promise<string[]> {
  const request = esa("GET", "GetFailFile", { SiteId: siteId, UploadId: uploadId });
  const { downloadLink } = await client.ask(request, link.wire, call);
  return (await download(client, downloadLink, call)).split(/\r?\n/).filter((line) => line !== "");
}

async function download(client: AlibabaClient, link: string, call: CallContext): Promise<string> {
  const { status, body } = await transferred(
    { method: "GET", url: new URL(link), headers: {} },
    "GetObject",
    client,
    call,
  );
  if (status >= 200 && status < 300) return body.toString();
  throw storageFault("GetObject", "transient", `HTTP${status}`, "the list of failed lines could not be fetched");
}
