/** What the engine says on the command line. */

export interface Launch {
  /** Where its log is. Absent: started by hand, under a debugger. */
  readonly engine: string | undefined;
  /** The user wants to see everything on standard error. */
  readonly verbose: boolean;
}

/** `[--logtostderr] [-v=N] [--tracing URL] <host:port>`; a debugger starts the plugin without any. */
export function launchOf(args: readonly string[]): Launch {
  return {
    engine: args.filter((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--tracing").at(-1),
    verbose: args.includes("--logtostderr") && args.some((arg) => /^--?v=[1-9]/.test(arg)),
  };
}
