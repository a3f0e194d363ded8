/** `edgecache:esa:UploadTask`: purges or prefetches more than a request can carry, from files. */
import { createHash } from "node:crypto";
import * as z from "zod";
import { Asset, type Failure, type Operation, type Problem } from "../../../engine/define/index.ts";
import type { OwnSource } from "../../../trigger-kit/bound-trigger.ts";
import { defineUpload } from "../../../trigger-kit/define-trigger.ts";
import { readText } from "../../../trigger-kit/asset-text.ts";
import { urlProblem } from "../../../trigger-kit/urls.ts";
import type { AlibabaContext } from "../client.ts";
import { siteId } from "./site.ts";
import { targetsIn } from "./upload-lines.ts";
import { uploadDoc } from "./upload-task.doc.ts";
import { uploadService } from "./uploads.ts";

export const uploadTypes = ["file", "preload", "directory", "ignoreParams"] as const;

const lane = {
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
  url: z
    .string()
    .regex(/^https?:\/\/[\u0021-\u007e]+$/, "must be a URL")
    .optional()
    .meta({
      secret: true,
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
};

const inputs = {
  file: z
    .instanceof(Asset)
    .optional()
    .meta({
      description:
        "Instead of `targets` with a hash: a text file with one target on each line, or a sitemap. Blank lines and those that begin with `#` do not count. Fires when what it lists changes, in whatever order.",
      pulumi: { $ref: "pulumi.json#/Asset" },
    }),
};
type Own = z.output<z.ZodObject<typeof lane & typeof inputs>>;

export const uploadTask = defineUpload<AlibabaContext, typeof lane, typeof inputs>({
  token: "edgecache:esa:UploadTask",
  description: uploadDoc,
  lane,
  inputs,
  replaceOn: ["siteId"],
  hashIn: ["file"],
  // What lies somewhere already names no targets here.
  targetsIn: (_kind, names) => (names.has("url") ? undefined : "targets"),
  targetProblem: (kind, target) => urlProblem(target, formOf(kind)),
  check,
  sourceOf,
  viaFor: () => "upload",
  deleting: (options) =>
    options.force === true || options.type === "file" || options.type === "preload"
      ? undefined
      : { ...options, force: true },
  service: uploadService,
});

/** A file is its own hash: of what it lists, not of its line ends, its order, its comments. */
async function sourceOf({ file, type }: Own, operation: Operation): Promise<OwnSource> {
  if (file === undefined) return {};
  const text = (await readText(file, "file")).toString();
  const problem = (target: string): Problem | undefined => urlProblem(target, formOf(type));
  const targets = await targetsIn(text, { problem, secret: operation.isSecret("file") });
  const hash = createHash("sha256").update(targets.toSorted().join("\n")).digest("hex");
  return { targets, hash, formerHash: file.hash };
}

function formOf(type: string): "directory" | "file" {
  return type === "directory" ? "directory" : "file";
}

interface Given extends Partial<Own> {
  readonly targets?: unknown;
  readonly contents?: unknown;
  readonly contentHash?: unknown;
  readonly content?: unknown;
  readonly verifyEdge?: unknown;
  readonly onRollback?: unknown;
  readonly rollback?: unknown;
}

function check(given: Given): Failure[] {
  const { type } = given;
  const failures: Failure[] = [];
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
  for (const key of ["verifyEdge", "onRollback", "rollback"] as const) {
    if (given[key] === undefined || type !== "preload") continue;
    failures.push({ path: [key], reason: "does not apply to type preload, which purges nothing" });
  }
  if (given.force === true && (type === "file" || type === "preload")) {
    failures.push({ path: ["force"], reason: `does not apply to type ${type}` });
  }
  return failures;
}
