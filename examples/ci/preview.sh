#!/bin/sh
# preview.sh OLD NEW: deploys release OLD to the emulator that emulator.json tells of, then previews NEW.
set -eu

settings() { node -p 'Object.entries(JSON.parse(require("fs").readFileSync("emulator.json")).configuration).map(([key, value]) => `--plaintext edgecache:${key}=${value}`).join(" ")'; }

{
  pulumi stack init pull-request
  # shellcheck disable=SC2046
  pulumi config set-all $(settings) --plaintext siteId=5407498413000 --plaintext release="$1"
  pulumi up --yes --skip-preview
  pulumi config set release "$2"
} >&2
pulumi preview --diff --color never 2>&1
