import { readFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * What the program is made of, as a software bill of materials (CycloneDX 1.5): Graft, every npm package that is no mere
 * tool of development with its licence and hash, and the native parts that come with the package.
 * @param {string} project
 * @param {Record<string, string | undefined>} [natives] versions by name, such as `{ node: '24.21.0' }`; unknown ones are left out
 */
export async function sbom(project, natives = {}) {
  const read = async (/** @type {string} */ name) => JSON.parse(await readFile(path.join(project, name), 'utf8'))
  const { name, version, license, description } = await read('package.json')
  /** @type {{ packages: Record<string, { version?: string, license?: string, integrity?: string, dev?: boolean, devOptional?: boolean, optional?: boolean }> }} */
  const lock = await read('package-lock.json')
  const packages = Object.entries(lock.packages).filter(([place, { dev, devOptional }]) => place !== '' && !dev && !devOptional)
  /** The same version may lie in several places. */
  const components = new Map(packages.map(([place, entry]) => {
    const component = npmComponent(place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length), entry)
    return [component.purl, component]
  }))
  const natively = Object.entries(natives).flatMap(([part, partVersion]) => partVersion === undefined ? [] : [{
    type: 'library', name: part, version: partVersion, purl: `pkg:generic/${part}@${partVersion}`
  }])
  return {
    bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': `pkg:generic/${name}@${version}`, name, version, description, licenses: [{ license: { id: license } }] }
    },
    components: [...[...components.values()].sort((one, other) => one.purl < other.purl ? -1 : 1), ...natively]
  }
}

/**
 * @param {string} name
 * @param {{ version?: string, license?: string, integrity?: string, optional?: boolean }} entry
 */
function npmComponent(name, { version = '', license, integrity, optional }) {
  const [, algorithm, hash] = /^(sha\d+)-(.+)$/.exec(integrity ?? '') ?? []
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  return {
    type: 'library', 'bom-ref': purl, name, version, purl,
    // Of the packages for several systems the one for this is there.
    scope: optional ? 'optional' : 'required',
    ...(license && { licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }] }),
    ...(algorithm && hash && { hashes: [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(hash, 'base64').toString('hex') }] })
  }
}
