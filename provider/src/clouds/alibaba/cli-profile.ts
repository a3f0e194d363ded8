/**
 * What is wrong with the CLI's `~/.aliyun/config.json`, in words of ours: the
 * vendor's library quotes the whole file, keys and all, when it cannot read it.
 */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { parse } from "jsonc-parser";
import * as z from "zod";
import { canRead, encodingProblem } from "../credential-files.ts";
import { jsonProblem } from "../../core/json-problem.ts";

export function cliConfigFile(): string {
  return path.join(homedir(), ".aliyun", "config.json");
}

const profiles = z.object({
  current: z.string().optional().catch(undefined),
  profiles: z.array(z.looseObject({ name: z.string(), mode: z.string().optional().catch(undefined) })).min(1),
});
type Profile = z.output<typeof profiles>["profiles"][number];

/** Of each mode, what a profile must say. */
const needed: Readonly<Record<string, readonly string[]>> = {
  AK: ["access_key_id", "access_key_secret"],
  StsToken: ["access_key_id", "access_key_secret", "sts_token"],
  RamRoleArn: ["access_key_id", "access_key_secret", "ram_role_arn"],
  OIDC: ["oidc_provider_arn", "oidc_token_file", "ram_role_arn"],
  ChainableRamRoleArn: ["source_profile", "ram_role_arn"],
  External: ["process_command"],
  EcsRamRole: [],
  CloudSSO: [],
  OAuth: [],
};

/** `undefined`: nothing is wrong that can be seen in the file, or there is none and none was asked for. */
export async function profileProblem(wanted: string | undefined): Promise<string | undefined> {
  const file = cliConfigFile();
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch {
    return wanted === undefined ? undefined : `${file} cannot be read`;
  }
  const encoding = encodingProblem(bytes);
  if (encoding !== undefined) return `${file} ${encoding}`;
  const text = bytes.toString();
  const problem = jsonProblem(text);
  if (problem !== undefined) return `${file} is no JSON: ${problem}`;
  const read = profiles.safeParse(parse(text));
  if (!read.success) return `${file} holds no profiles`;
  const name = wanted ?? read.data.current;
  const profile = read.data.profiles.find((each) => each.name === name);
  if (profile !== undefined) return profileFlaw(profile, file) ?? (await tokenFileFlaw(profile, file));
  const names = read.data.profiles.map((each) => each.name).join(", ");
  const which = name === undefined ? "does not say which profile is current" : `has no profile ${name}`;
  return `${file} ${which}; its profiles are ${names}`;
}

function profileFlaw({ name, mode = "", ...rest }: Profile, file: string): string | undefined {
  const wanted = needed[mode];
  if (wanted === undefined) {
    return `profile ${name} in ${file} has a mode that is none of ${Object.keys(needed).join(", ")}`;
  }
  const missing = wanted.filter((key) => typeof rest[key] !== "string" || rest[key] === "");
  return missing.length === 0 ? undefined : `profile ${name} in ${file} (mode ${mode}) lacks ${missing.join(", ")}`;
}

async function tokenFileFlaw({ name, mode, ...rest }: Profile, file: string): Promise<string | undefined> {
  const { oidc_token_file: token } = rest;
  if (mode !== "OIDC" || typeof token !== "string") return undefined;
  return (await canRead(token))
    ? undefined
    : `oidc_token_file of profile ${name} in ${file}, which is ${token}, cannot be read`;
}
