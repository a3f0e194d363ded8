/**
 * Header values beyond ASCII. HTTP carries bytes, which servers write in UTF-8; Node hands them over and takes them as
 * one character a byte.
 */
import http from "node:http";

export function toWire(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

export function fromWire(value: string): string {
  return Buffer.from(value, "latin1").toString("utf8");
}

/** Whether HTTP can carry this header. */
export function isHeader(name: string, text: string): boolean {
  try {
    http.validateHeaderName(name);
    http.validateHeaderValue(name, toWire(text));
    return true;
  } catch {
    return false;
  }
}
