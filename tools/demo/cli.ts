/** The real Pulumi CLI on one stack, its output passed on as it comes and kept for checking. */
import { spawn } from "node:child_process";
import { findPulumi, pulumiEnv } from "../setup/find-pulumi.mjs";

export interface CliOptions {
  /** The project's folder. */
  readonly project: string;
  readonly stack: string;
  /** PULUMI_HOME and the file backend. */
  readonly home: string;
  readonly backendDir: string;
  readonly signal: AbortSignal;
  /** Unset: as the terminal is. */
  readonly color?: "always" | "never";
}

export class PulumiCli {
  readonly bin: string;
  readonly #options: CliOptions;
  readonly env: Readonly<Record<string, string>>;

  private constructor(bin: string, env: Record<string, string>, options: CliOptions) {
    this.bin = bin;
    this.env = env;
    this.#options = options;
  }

  static async open(options: CliOptions): Promise<PulumiCli> {
    const cli = await findPulumi();
    const env = pulumiEnv({ cli, home: options.home, backendDir: options.backendDir });
    return new PulumiCli(cli.bin, env, options);
  }

  /** Runs `pulumi <args>`; resolves with all it printed, rejects when it fails. Ends only when the CLI has ended. */
  run(args: readonly string[], show = true): Promise<string> {
    const { project, stack, signal, color = terminalColor() } = this.#options;
    signal.throwIfAborted();
    const all = [...args, "--cwd", project, "--non-interactive", "--color", color];
    if (needsStack(args)) all.push("--stack", stack);
    return new Promise((resolve, reject) => {
      // A group of its own: Ctrl-C reaches the CLI once, from here, and it stops in good order. A second one is rude.
      const detached = process.platform !== "win32";
      const child = spawn(this.bin, all, { env: { ...this.env }, stdio: ["ignore", "pipe", "pipe"], detached });
      const interrupt = (): void => void child.kill("SIGINT");
      signal.addEventListener("abort", interrupt, { once: true });
      const printed: string[] = [];
      const keep = (stream: NodeJS.WriteStream) => (chunk: Buffer) => {
        printed.push(chunk.toString());
        if (show) stream.write(chunk);
      };
      child.stdout.on("data", keep(process.stdout));
      child.stderr.on("data", keep(process.stderr));
      child.on("error", reject);
      child.on("close", (code) => {
        signal.removeEventListener("abort", interrupt);
        const output = printed.join("");
        if (code === 0) resolve(output);
        else reject(new Error(`pulumi ${args.join(" ")} ended with ${code}${show ? "" : `:\n${output}`}`));
      });
    });
  }
}

function needsStack(args: readonly string[]): boolean {
  return args[0] !== "stack" && args[0] !== "version";
}

function terminalColor(): string {
  return process.stdout.isTTY ? "always" : "never";
}
