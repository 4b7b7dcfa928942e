#!/usr/bin/env bash
# Every check of the project, in the order that fails fastest. `npm test` and .ci/run call this.
set -euo pipefail
cd "$(dirname "$0")/.."
# As the command line does: what one process has compiled the next ones, of which tests start hundreds, need not.
export NODE_COMPILE_CACHE="$PWD/node_modules/.cache/compiled"
bash test/setup.sh
npx biome check .
npx tsc -b
npm run -s build:web
npx vitest run
