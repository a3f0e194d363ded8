/**
 * Child processes without a shell, so that it is the same on Linux, macOS and Windows.
 * Runs on bare Node 20 with no dependencies.
 *
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [timeoutMs]      the child is killed after this time
 * @property {AbortSignal} [signal]    the child is killed when it aborts
 * @property {(line: string) => void} [onLine]  called with every line of stdout and stderr as it comes
 *
 * @typedef {{ code: number, stdout: string, stderr: string, timedOut: boolean }} RunResult
 */
import { spawn } from "node:child_process";

/**
 * Runs a command to its end with no standard input. Never throws: a command that cannot be started
 * ends with code -1 and the reason in `stderr`.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function capture(command, args, { cwd, env, timeoutMs, signal, onLine } = {}) {
  return new Promise((resolve) => {
    let stdout = "";
    let stderr = "";
    let timedOut = false;
    const child = spawn(command, args, { cwd, env, signal, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    const timer = timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          child.kill("SIGKILL");
        }, timeoutMs)
      : undefined;
    const lines = onLine ? lineSplitter(onLine) : undefined;
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      stdout += chunk;
      lines?.(chunk);
    });
    child.stderr.setEncoding("utf8").on("data", (chunk) => {
      stderr += chunk;
      lines?.(chunk);
    });
    child.on("error", (error) => (stderr += error.message));
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? -1, stdout, stderr, timedOut });
    });
  });
}

/**
 * The last lines of what a failed command said: enough to act on, without its whole log.
 * @param {RunResult} result
 * @param {number} [count]
 */
export function lastLines({ stdout, stderr }, count = 12) {
  return `${stdout}\n${stderr}`
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-count)
    .join("\n");
}

/** @param {(line: string) => void} onLine */
function lineSplitter(onLine) {
  let rest = "";
  return (/** @type {string} */ chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  };
}
