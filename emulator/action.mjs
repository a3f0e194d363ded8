/**
 * Of the action: tells the job where the emulator is. Reads the line that `edgecache-emulator --json` printed.
 *
 *     node action.mjs emulator.json
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const [file = ""] = process.argv.slice(2);
const { endpoint, edge, configuration } = JSON.parse(readFileSync(file, "utf8"));
const { GITHUB_OUTPUT = "", GITHUB_ENV = "", RUNNER_TEMP = "" } = process.env;

const config = path.join(RUNNER_TEMP, "edgecache-config");
const settings = Object.entries(configuration).map(([key, value]) => `--plaintext\nedgecache:${key}=${value}\n`);
writeFileSync(config, settings.join(""));
appendFileSync(GITHUB_OUTPUT, `endpoint=${endpoint}\nedge=${edge}\nconfig=${config}\n`);
appendFileSync(GITHUB_ENV, `EDGECACHE_ENDPOINT=${endpoint}\nEDGECACHE_EDGE=${edge}\nEDGECACHE_CONFIG=${config}\n`);
console.log(`The emulator is up at ${endpoint}; its page is ${endpoint}/_emulator/`);
