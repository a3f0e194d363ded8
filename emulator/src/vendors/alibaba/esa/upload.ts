/** One uploaded file: its lines and what became of them. */
export const uploadTypes = ["file", "preload", "directory", "ignoreParams"] as const;
export type UploadType = (typeof uploadTypes)[number];
export type LineProblem = "InvalidUrl" | "InvalidDomain" | "QuotaExcess" | "OtherErrors";

export interface Upload {
  readonly id: string;
  readonly account: string;
  readonly siteId: string;
  readonly name: string;
  readonly type: UploadType;
  readonly createdAt: number;
  readonly lines: readonly string[];
  /** Undefined: waits for SubmitUploadTask. */
  startedAt: number | undefined;
  completesAt: number | null;
  failed: { readonly line: string; readonly problem: LineProblem }[];
  failFile: string | undefined;
}

export type UploadStatus = "init" | "activacted" | "running" | "success" | "partial" | "fail";

export function statusOf(upload: Upload, now: number): UploadStatus {
  const { startedAt, completesAt, failed, lines } = upload;
  if (startedAt === undefined) return "init";
  if (completesAt === null || now < completesAt) {
    const share = completesAt === null ? 0.5 : (now - startedAt) / (completesAt - startedAt);
    if (share < 0.1) return "init";
    return share < 0.3 ? "activacted" : "running";
  }
  if (failed.length === 0 && lines.length > 0) return "success";
  return failed.length < lines.length ? "partial" : "fail";
}

export function problems(upload: Upload): LineProblem[] {
  if (upload.lines.length === 0) return ["OtherErrors"];
  return [...new Set(upload.failed.map(({ problem }) => problem))];
}

/** Targets, one a line. */
export function readLines(content: Uint8Array): string[] {
  return Buffer.from(content)
    .toString("utf8")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
