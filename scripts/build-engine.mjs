import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

// Bundles what runs in plain Node: the engine's worker, the threads it trains support vector machines and decodes JPEG 2000 in, and the command line. sharp stays outside because it carries
// native libraries; TensorFlow's binding because set-up compiles it. What they load only when it is needed lies in files of
// its own, so that a command which asks little starts quickly.

const project = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const out = path.join(project, 'out', 'engine')
const started = performance.now()

/** The words of zod in 40 languages, half of what a command reads at its start; Graft has its own and shows none of them. @type {import('esbuild').Plugin} */
const englishOnly = {
  name: 'zod in English only',
  setup: ({ onLoad }) => onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: "export { default as en } from './en.js'" }))
}

// Packages written for `require` ask for it, and for where they lie.
const commonJs = [
  "import { createRequire as graftRequire } from 'node:module'",
  "import { dirname as graftFolder } from 'node:path'",
  "import { fileURLToPath as graftPath } from 'node:url'",
  'const require = graftRequire(import.meta.url), __filename = graftPath(import.meta.url), __dirname = graftFolder(__filename)'
].join('\n')

rmSync(out, { recursive: true, force: true })
await build({
  absWorkingDir: project,
  entryPoints: { worker: 'src/worker/index.ts', cli: 'src/cli/index.ts' },
  outdir: out,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  banner: { js: commonJs },
  plugins: [englishOnly],
  minifyWhitespace: true,
  external: ['sharp', '*.node'],
  keepNames: true,
  legalComments: 'linked',
  logLevel: 'warning'
})

await build({
  absWorkingDir: project,
  entryPoints: ['src/engine/classifiers/libsvm-thread.cjs', 'src/images/jpeg-2000-thread.cjs', 'src/engine/interchange/keras/hdf5/hdf5-thread.cjs'],
  outdir: out,
  entryNames: '[name]',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'linked',
  logLevel: 'warning'
})
writeFileSync(path.join(out, 'package.json'), '{ "type": "module" }\n')
const require = createRequire(import.meta.url)
copyFileSync(path.join(path.dirname(require.resolve('libsvm-js')), 'out', 'wasm', 'libsvm.wasm'), path.join(out, 'libsvm.wasm'))

copyFileSync(require.resolve('@cornerstonejs/codec-openjpeg/decodewasm'), path.join(out, 'openjpegwasm_decode.wasm'))

const wasm = path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist')
mkdirSync(path.join(out, 'wasm'), { recursive: true })
for (const file of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm']) copyFileSync(path.join(wasm, file), path.join(out, 'wasm', file))

const catalogue = spawnSync(process.execPath, [path.join(out, 'cli.js'), 'catalogue'], { encoding: 'utf8' })
if (catalogue.status !== 0) {
  process.stderr.write(`${catalogue.stderr}the built command line does not start\n`)
  process.exit(1)
}
JSON.parse(catalogue.stdout)
writeFileSync(path.join(out, 'catalogue.json'), catalogue.stdout)
process.stdout.write(`out/engine built in ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
