/** Part 7: the emulator's own figures, against the bounds that it set itself. */
import type { Figure as EmulatorFigure } from "../emulator/bench/figure.ts";
import { measure } from "../emulator/bench/main.ts";
import type { Figure, Part } from "./figure.ts";

export const emulator: Part = {
  title: "The emulator",
  method:
    "One server process, clients on the same machine. Requests: signed, every tenth a purge of 1,000 targets, shown as " +
    "time for each. Store: one million cached objects with three tags each. Start: the command, until it says its address.",
  async run() {
    return (await measure()).flatMap(toFigure);
  },
};

function toFigure({ what, unit, value, target, beside }: EmulatorFigure): Figure[] {
  // Rates become times, so that less is better everywhere.
  if (unit === "/s") {
    const bound = target !== undefined && "least" in target ? { name: "bound", value: 1000 / target.least } : undefined;
    const other = beside && { name: beside.name, value: 1000 / beside.value };
    return [figure(what, "ms", 1000 / value, bound, 1), ...(other ? [figure(what, "ms", 1000 / value, other)] : [])];
  }
  const bound = target !== undefined && "most" in target ? { name: "bound", value: target.most } : undefined;
  return unit === "ms" || unit === "bytes" ? [figure(what, unit, value, bound, 1)] : [];
}

function figure(
  what: string,
  unit: Figure["unit"],
  value: number,
  against?: Figure["against"],
  target?: number,
): Figure {
  const bounded = against !== undefined && target !== undefined ? { target } : {};
  return { what, unit, edgecache: value, ...(against === undefined ? {} : { against }), ...bounded };
}
