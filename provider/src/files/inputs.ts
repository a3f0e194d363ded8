/** The inputs and outputs of `hashFiles`. Names of files may hold any character. */
import * as z from "zod";
import type { Failure } from "../engine/define/index.ts";
import { globProblem } from "./glob-problem.ts";
import { presetNames, presets } from "./presets.ts";

const glob = z
  .string()
  .min(1, "must not be empty")
  .superRefine((pattern, context) => {
    const problem = pattern === "" ? undefined : globProblem(pattern);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });

export const inputs = {
  path: z
    .string()
    .min(1, "must not be empty")
    .meta({ anyText: true, description: "The folder. A relative path is taken from where `pulumi` runs." }),
  include: z.array(glob).optional().meta({
    anyText: true,
    description: "Globs of the files to take, relative to `path`, such as `**/*.html`. Default: all.",
  }),
  exclude: z.array(glob).optional().meta({ anyText: true, description: "Globs of files to leave out." }),
  ignore: z
    .array(z.string())
    .optional()
    .meta({ anyText: true, description: "Lines in the syntax of .gitignore: what to leave out, folders at once." }),
  ignoreFile: z
    .string()
    .optional()
    .meta({ anyText: true, description: "A file with such lines, relative to `path`; for example `.gitignore`." }),
  allowEmpty: z.boolean().default(false).meta({
    description:
      "Go on when no file is taken. Else that is an error: a build that did not run, or a typo in `include`, would purge the whole site as removed.",
  }),
  urlPrefix: z
    .string()
    .regex(/^https?:\/\/[^\s?#]+$/, "must be a URL such as https://www.example.com or https://www.example.com/docs")
    .refine(
      (text) => URL.canParse(text) && new URL(text).username === "",
      "must be a URL such as https://www.example.com or https://www.example.com/docs",
    )
    .optional()
    .meta({
      description:
        "Where the folder is served. Then the keys of `contents` are URLs, percent-encoded as browsers do; else they are paths, which no trigger takes as URLs.",
    }),
  hosts: z
    .array(
      z
        .string()
        .regex(
          /^(https?:\/\/)?[^\s/?#@]+$/i,
          "must be a host name such as example.com, or with its scheme http://example.com",
        )
        .refine((text) => URL.canParse(text.includes("://") ? text : `https://${text}`), "is no host name"),
    )
    .optional()
    .meta({
      description:
        "Where the same folder is served beside `urlPrefix`: host names with its scheme, or origins such as `http://www.example.com`. Each has all the keys.",
    }),
  preset: z
    .enum(presetNames)
    .optional()
    .meta({
      description: "What built the folder: sets `cleanUrls` and `fallback` unless they are given.",
      type: "index:SitePreset",
      values: Object.fromEntries(Object.entries(presets).map(([name, { description }]) => [name, description])),
    }),
  indexDocument: z
    .string()
    .regex(/^[^/\\]*$/, "must be a file's name, without a folder")
    .default("index.html")
    .meta({
      anyText: true,
      description:
        "File that a folder's URL answers with. Such a file has two keys, with and without its name. Default `index.html`; empty for none.",
    }),
  cleanUrls: z.boolean().optional().meta({
    description:
      "The server leaves endings off: `about.html` answers at `/about` too, `docs/index.html` at `/docs` beside `/docs/`. Where two files may answer, the key changes with either. Default: as `preset` says, else false.",
  }),
  fallback: z
    .array(
      z
        .strictObject({
          document: z
            .string()
            .min(1, "must not be empty")
            .meta({ anyText: true, description: "The file, relative to `path`: `index.html`, `404.html`." }),
          directory: z
            .string()
            .regex(/^(?!(?:.*\/)?\.{1,2}(?:\/|$))/s, "has . or .. in it")
            .optional()
            .meta({
              anyText: true,
              description:
                "The folder of the site below which it answers. Default: all of the site, unless there is a `tag`.",
            }),
          tag: z
            .string()
            .min(1, "must not be empty")
            .optional()
            .meta({ description: "The cache tag that the origin gives to such answers." }),
        })
        .meta({
          type: "index:SiteFallback",
          description:
            "A file that answers at URLs which no list can have, such as those of a single-page application.",
        }),
    )
    .optional()
    .meta({
      description:
        "Files that answer where no other does, such as `index.html` of a single-page application or `404.html`. They fill `fallbackDirectories` and `fallbackTags`. Default: as `preset` says.",
    }),
  urlSources: z.array(z.string().min(1, "must not be empty")).optional().meta({
    anyText: true,
    description:
      "Files, relative to `path`, that list URLs beyond those of the files: sitemaps (`sitemap.xml`) and asset manifests (`.json`). A sitemap's URL that no file answers changes with its `lastmod`, else with any file.",
  }),
  lowerCase: z
    .boolean()
    .default(false)
    .meta({ description: "Write keys in lower case, for sites that do not tell case apart." }),
  unicode: z
    .enum(["keep", "NFC"])
    .default("keep")
    .meta({
      description: "How keys write letters that Unicode can write in two ways.",
      type: "index:Unicode",
      values: {
        keep: "As the file's name has them.",
        NFC: "Composed, as most links have them: for files from systems that write names decomposed.",
      },
    }),
  symlinks: z
    .enum(["refuse", "follow", "skip"])
    .default("refuse")
    .meta({
      description: "What to do with symbolic links.",
      type: "index:Symlinks",
      values: {
        refuse: "Fail and name the link.",
        follow: "Take what they point to. A link to a folder above it is passed over.",
        skip: "Leave them out.",
      },
    }),
} as const;

export const outputs = {
  hash: z.string().meta({ description: "SHA-256 over all names and contents, 64 hex digits: for `contentHash`." }),
  files: z.number().int().meta({ description: "How many files were taken." }),
  bytes: z.number().meta({ description: "How many bytes they have." }),
  contents: z.record(z.string(), z.string()).meta({
    description:
      "URL (or path) → digest of the content, 32 hex digits: for `contents`. About the length of the URL plus 40 bytes for each file.",
  }),
  fallbackDirectories: z.record(z.string(), z.string()).meta({
    description:
      "Directory's URL → digest of what answers below it where no file does: for `contents` of a trigger of directories.",
  }),
  fallbackTags: z
    .record(z.string(), z.string())
    .meta({ description: "Cache tag → digest of what carries it: for `contents` of a trigger of cache tags." }),
} as const;

/** What says something of URLs needs them. */
export function checkUrls(given: Readonly<Record<string, unknown>>): Failure[] {
  if (given["urlPrefix"] !== undefined) return [];
  return ["hosts", "preset", "cleanUrls", "fallback", "urlSources"]
    .filter((key) => given[key] !== undefined && given[key] !== false)
    .map((key) => ({ path: [key], reason: "needs urlPrefix: it is about URLs" }));
}
