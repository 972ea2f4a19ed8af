import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { sbom } from './package/sbom.mjs'
import { ownTarget } from './setup/index.mjs'
import { projectFolder } from './setup/paths.mjs'
import { exitCodeOf, SetupProblem } from './setup/problem.mjs'

// `node scripts/release.mjs FOLDER`: what is published beside packages, for whoever wants to check them: their SHA-256, as
// `sha256sum --check` reads it, and a list of all parts in them (CycloneDX). `npm run package` writes both too.

/**
 * @param {string} folder with the packages in it
 * @param {string} [target] the system they are for, for the names of the files
 * @param {Record<string, string | undefined>} [natives] versions of what is no npm package; usually those that set-up brings
 * @returns {Promise<string[]>} the files written
 */
export async function describeRelease(folder, target = ownTarget, natives) {
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
  await writeFile(parts, `${JSON.stringify(await sbom(projectFolder, natives ?? await pinnedFor(target)), null, 2)}\n`)
  return [sums, parts]
}

/** The versions of what set-up brings for a system. @param {string} target */
async function pinnedFor(target) {
  const read = async (/** @type {string} */ file) => JSON.parse(await readFile(new URL(file, import.meta.url), 'utf8'))
  const { node, tensorflow } = await read('./setup/versions.json')
  const { devDependencies: { electron } } = await read('../package.json')
  return { node: node[target]?.version, tensorflow: tensorflow.cpu[target]?.version, electron }
}

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
