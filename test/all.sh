#!/usr/bin/env bash
# Every check of the project, in the order that fails fastest. `npm test` and .ci/run call this.
set -euo pipefail
cd "$(dirname "$0")/.."
bash test/setup.sh
npx biome check .
npx tsc -b
npm run -s build:web
npx vitest run
