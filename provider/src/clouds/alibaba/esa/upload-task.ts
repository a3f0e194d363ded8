/** `edgecache:esa:UploadTask`: purges or prefetches more than a request can carry, from files. */
import * as z from "zod";
import { Refusal } from "../../../core/errors.ts";
import { Asset, defineResource, type Failure } from "../../../engine/define/index.ts";
import type { AlibabaContext } from "../client.ts";
import { readAsset } from "../../../trigger-kit/contents.ts";
import { checkGiven, checkTargets, checkTrigger, urlProblem } from "../../../trigger-kit/targets.ts";
import { applyUpload, previewTrigger, triggerVerbs, type Binding } from "../../../trigger-kit/trigger-resource.ts";
import { purgeInputs, uploadOutputs } from "../../../trigger-kit/shared-inputs.ts";
import { allKnown } from "../../../trigger-kit/unknowns.ts";
import { siteId } from "./site.ts";
import { uploadDoc } from "./upload-task.doc.ts";
import type { UploadType } from "./upload-client.ts";
import { esaUploads, type UploadLane } from "./uploads.ts";

export const uploadTypes = ["file", "preload", "directory", "ignoreParams"] as const;

const inputs = {
  siteId,
  type: z.enum(uploadTypes).meta({
    description: "What the lines are, and what is done with them.",
    type: "esa:UploadType",
    values: {
      file: "Purge these URLs.",
      preload: "Prefetch these URLs.",
      directory: "Purge these directories; each ends with `/`.",
      ignoreParams: "Purge these URLs with every query string.",
    },
  }),
  file: z
    .instanceof(Asset)
    .optional()
    .meta({
      description:
        "Instead of `targets` with a hash: a text file with one target on each line. Fires when the file changes.",
      pulumi: { $ref: "pulumi.json#/Asset" },
    }),
  url: z
    .string()
    .regex(/^https?:\/\/\S+$/, "must be a URL")
    .optional()
    .meta({
      description:
        "Instead of targets: where a file lies that the service may read, such as a pre-signed URL of object storage. Fires with `contentHash`.",
    }),
  uploadTaskName: z
    .string()
    .regex(/^[\w-]{1,64}$/, "must be letters, digits, - and _, 64 at most")
    .default("edgecache")
    .meta({
      description: "How the task's name in the vendor's lists begins; a unique ending is added. Default `edgecache`.",
    }),
  force: z.boolean().optional().meta({
    description: "Delete the copies instead of marking them stale. For types directory and ignoreParams.",
  }),
  ...purgeInputs,
};
type Inputs = z.output<z.ZodObject<typeof inputs>>;

export const uploadTask = defineResource<AlibabaContext, typeof inputs, typeof uploadOutputs>({
  token: "edgecache:esa:UploadTask",
  description: uploadDoc,
  inputs,
  outputs: uploadOutputs,
  replaceOn: ["siteId"],
  check,
  async apply(request) {
    const desired = withHash(request.desired);
    return applyUpload({ ...request, desired }, await bind(desired, request.context));
  },
  async preview(request) {
    if (!allKnown(request.desired, ["siteId", "type", "file", "url", "uploadTaskName", "force"]))
      return previewTrigger(request, undefined);
    const known = laneShape.parse(request.desired);
    const desired = known.file === undefined ? request.desired : { ...request.desired, contentHash: known.file.hash };
    return previewTrigger({ ...request, desired }, await bind(known, request.context));
  },
  ...triggerVerbs,
});

type LaneInputs = Pick<Inputs, "siteId" | "type" | "file" | "url" | "uploadTaskName" | "force">;
const laneShape = z.object({
  siteId: inputs.siteId,
  type: inputs.type,
  file: inputs.file,
  url: inputs.url,
  uploadTaskName: inputs.uploadTaskName,
  force: inputs.force,
});

/** A file is its own hash. */
function withHash(desired: Inputs): Inputs {
  return desired.file === undefined ? desired : { ...desired, contentHash: desired.file.hash };
}

async function bind(desired: LaneInputs, context: AlibabaContext): Promise<Binding<UploadLane>> {
  const { siteId: site, type: kind, file, url, uploadTaskName: name, force } = desired;
  const lane = { kind, key: JSON.stringify([site, kind, url, name, force]), siteId: site, url, name, force };
  const lines = file === undefined ? {} : { targets: linesOf(await readAsset(file), kind) };
  const targetProblem = (target: string): string | undefined => urlProblem(target, formOf(kind));
  return { lane, targetProblem, ...esaUploads(context, kind), ...lines };
}

/** Each once, as the vendor wants them; refused here rather than line by line by the vendor later. */
function linesOf(text: string, type: UploadType): string[] {
  const lines = new Set<string>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || lines.has(line)) continue;
    const problem = urlProblem(line, formOf(type));
    if (problem !== undefined) throw new Refusal(`file, line ${index + 1}: ${line} ${problem}.`.replace(/\?\.$/, "?"));
    lines.add(line);
  }
  if (lines.size === 0) throw new Refusal("file: has no lines.");
  return [...lines];
}

function formOf(type: UploadType): "directory" | "file" {
  return type === "directory" ? "directory" : "file";
}

function check(given: Partial<Inputs>, names: ReadonlySet<string>): Failure[] {
  const { type } = given;
  if (type === undefined) return [];
  const failures = checkTrigger(given, undefined);
  // A file is its own hash, and a place that the service reads names no targets here.
  const targets = names.has("url") ? undefined : "targets";
  if (!names.has("file")) failures.push(...checkGiven(names, { verb: "send", targets }));
  const sources = (["file", "url", "targets", "contents"] as const).filter((key) => given[key] !== undefined);
  if (sources.length > 1) {
    failures.push({
      path: [sources[0] ?? ""],
      reason: `cannot be used together with ${sources[1]}: give one of file, url, targets and contents`,
    });
  }
  if (given.file !== undefined && (given.contentHash !== undefined || given.content !== undefined)) {
    failures.push({ path: ["file"], reason: "is its own hash: leave out contentHash and content" });
  }
  if (given.force === true && (type === "file" || type === "preload")) {
    failures.push({ path: ["force"], reason: `does not apply to type ${type}` });
  }
  return [...failures, ...checkTargets(given, (target) => urlProblem(target, formOf(type)))];
}
