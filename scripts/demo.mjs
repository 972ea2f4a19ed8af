import { buildIfStale, runGraft } from './build.mjs'
import { setUp } from './setup/index.mjs'

// `npm run demo`: everything the engine needs, then `graft demo`.

const { usable } = await setUp({ quiet: true, without: ['electron'] })
process.exitCode = usable && (await buildIfStale()) ? runGraft(['demo', ...process.argv.slice(2)]) : 1
