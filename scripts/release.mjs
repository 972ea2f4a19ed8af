import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { ownTarget } from './setup/index.mjs'
import { projectFolder } from './setup/paths.mjs'
import { exitCodeOf, SetupProblem } from './setup/problem.mjs'
import { runNpm } from './setup/registries.mjs'
import { lastLine } from './setup/run-tool.mjs'

// `node scripts/release.mjs FOLDER`: what is published beside packages, for whoever wants to check them: their SHA-256, as
// `sha256sum --check` reads it, and a list of all npm packages in them (CycloneDX).

/**
 * @param {string} folder with the packages in it
 * @param {string} [target] the system they are for, for the names of the files
 * @returns {Promise<string[]>} the files written
 */
export async function describeRelease(folder, target = ownTarget) {
  const packages = (await readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile() && entry.name.startsWith('graft')).map(({ name }) => name).sort()
  if (packages.length === 0) throw new SetupProblem(`there are no packages in ${folder}`, 'npm run package')
  const lines = []
  for (const name of packages) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(path.join(folder, name), { highWaterMark: 1 << 20 }), hash)
    lines.push(`${hash.digest('hex')}  ${name}`)
  }
  const sums = path.join(folder, `SHA256SUMS-${target}`)
  await writeFile(sums, `${lines.join('\n')}\n`)

  const parts = path.join(folder, `sbom-${target}.cdx.json`)
  await writeFile(parts, `${JSON.stringify(await partsOf(target), null, 2)}\n`)
  return [sums, parts]
}

/**
 * The npm packages that are in the packages, with Electron, Node and TensorFlow, as a CycloneDX document.
 * @param {string} target
 */
async function partsOf(target) {
  // npm's own `--omit=dev` leaves out vue, which tools of development want too.
  const { code, stdout, output } = await runNpm(['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], { folder: projectFolder })
  if (code !== 0) throw new SetupProblem(`npm could not list the packages: ${lastLine(output)}`, 'use the npm of Node 24')
  /** @type {{ components: Component[], dependencies: { ref: string, dependsOn: string[] }[] }} */
  const document = JSON.parse(stdout)
  const components = document.components.filter(({ name, properties = [] }) => (
    name === 'electron' || !properties.some((property) => property.name === 'cdx:npm:package:development')
  ))
  const refs = new Set(components.map((component) => component['bom-ref']))
  const { node, tensorflow } = JSON.parse(await readFile(new URL('./setup/versions.json', import.meta.url), 'utf8'))
  const native = Object.entries({ node: node[target]?.version, tensorflow: tensorflow.cpu[target]?.version })
    .filter(([, version]) => version !== undefined)
    .map(([name, version]) => ({ type: 'library', 'bom-ref': `${name}@${version}`, name, version }))
  return {
    ...document,
    components: [...components, ...native],
    dependencies: document.dependencies.filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) }))
  }
}

/** @typedef {{ 'bom-ref': string, name: string, version?: string, properties?: { name: string, value: string }[] }} Component */

async function main() {
  const [folder] = process.argv.slice(2)
  if (folder === undefined) {
    console.error('node scripts/release.mjs FOLDER')
    return 2
  }
  return exitCodeOf(async () => {
    for (const file of await describeRelease(path.resolve(folder))) process.stdout.write(`${file}\n`)
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main()
