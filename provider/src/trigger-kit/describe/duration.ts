/** How long sending takes, where it is worth saying. Pure text. */
import type { Estimate } from "../../core/pace/limits.ts";
import type { Figures } from "../../triggers/figures.ts";
import { number } from "./words.ts";

const worthSayingMs = 5000;

export function durationText({ likely, slowest }: Figures, callsPerWindow: number): string[] {
  const texts = likely.ms > worthSayingMs ? [`about ${span(likely.ms)}: ${because(likely, callsPerWindow)}`] : [];
  if (slowest.ms <= Math.max(worthSayingMs, likely.ms)) return texts;
  return [...texts, `about ${span(slowest.ms)} if the cloud takes only ${because(slowest, callsPerWindow)}`];
}

function because({ domain, perWindow = 0 }: Estimate, calls: number): string {
  return domain === undefined ? `${number(calls)} calls a second` : `${number(perWindow)} URLs a minute for ${domain}`;
}

/** In minutes where that is right within 5 %. */
export function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes > 0 && Math.abs((minutes * 60_000) / ms - 1) <= 0.05)
    return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return `${(ms / 1000).toFixed(ms < 20_000 ? 1 : 0)} s`;
}
