import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** @typedef {{ version?: string, license?: string, integrity?: string, dev?: boolean, devOptional?: boolean, optional?: boolean,
 *   dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} Locked */

/**
 * What the program is made of, as a software bill of materials (CycloneDX 1.5): Graft, every npm package that is no mere
 * tool of development with its licence, its hash and what it needs, and the native parts that come with the package.
 *
 * npm has a list of its own (`npm sbom`). It was left because it misses packages that lie beside another version of
 * themselves (`long` of protobufjs, for one), and licences that are no code of SPDX.
 * @param {string} project
 * @param {Record<string, string | undefined>} [natives] versions by name, such as `{ node: '24.21.0' }`; unknown ones are left out
 */
export async function sbom(project, natives = {}) {
  const read = async (/** @type {string} */ name) => JSON.parse(await readFile(path.join(project, name), 'utf8'))
  const { name, version, license, description } = await read('package.json')
  /** @type {{ packages: Record<string, Locked> }} */
  const { packages: locked } = await read('package-lock.json')
  const packages = Object.entries(locked).filter(([place, { dev, devOptional }]) => place !== '' && !dev && !devOptional)
  const purlOf = (/** @type {string} */ place) => purl(nameOf(place), locked[place].version)
  const needsOf = (/** @type {string} */ place) => neededBy(place, locked).map(purlOf)

  /** The same version may lie in several places, and then may need other versions in each. @type {Map<string, { component: object, needs: Set<string> }>} */
  const parts = new Map()
  for (const [place, entry] of packages) {
    const part = parts.get(purlOf(place)) ?? { component: npmComponent(nameOf(place), entry), needs: new Set() }
    for (const need of needsOf(place)) part.needs.add(need)
    parts.set(purlOf(place), part)
  }
  const sorted = [...parts].sort(([one], [other]) => one < other ? -1 : 1)
  const natively = Object.entries(natives).flatMap(([part, partVersion]) => partVersion === undefined ? [] : [{
    type: 'library', 'bom-ref': `pkg:generic/${part}@${partVersion}`, name: part, version: partVersion, purl: `pkg:generic/${part}@${partVersion}`
  }])
  const own = `pkg:generic/${name}@${version}`
  return {
    bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
    metadata: { component: { type: 'application', 'bom-ref': own, name, version, description, licenses: [{ license: { id: license } }] } },
    components: [...sorted.map(([, { component }]) => component), ...natively],
    dependencies: [
      { ref: own, dependsOn: [...needsOf('').filter((ref) => parts.has(ref)), ...natively.map((part) => part['bom-ref'])].sort() },
      ...sorted.map(([ref, { needs }]) => ({ ref, dependsOn: [...needs].filter((need) => parts.has(need)).sort() }))
    ]
  }
}

/** @param {string} place in the lock file, such as `node_modules/tar/node_modules/yallist` */
const nameOf = (place) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** @param {string} name @param {string | undefined} version */
const purl = (name, version = '') => `pkg:npm/${name.replace('@', '%40')}@${version}`

/**
 * Where what a package needs lies: below itself, or below one of the folders above, as Node looks for it.
 * @param {string} place
 * @param {Record<string, Locked>} locked
 */
function neededBy(place, locked) {
  const { dependencies = {}, optionalDependencies = {} } = locked[place]
  return Object.keys({ ...dependencies, ...optionalDependencies }).flatMap((name) => {
    for (const folder of foldersAbove(place)) if (locked[`${folder}node_modules/${name}`]) return [`${folder}node_modules/${name}`]
    return []
  })
}

/** A package's own folder and those that it lies in, the project last. @param {string} place */
function foldersAbove(place) {
  const ends = [...place.matchAll(/(?:^|\/)node_modules\//g)].map(({ index, 0: { length } }) => place.slice(0, index + length - 'node_modules/'.length))
  return [...place === '' ? [] : [`${place}/`], ...ends.reverse(), ...place === '' ? [''] : []]
}

/**
 * @param {string} name
 * @param {Locked} entry
 */
function npmComponent(name, { version = '', license, integrity, optional }) {
  const [, algorithm, hash] = /^(sha\d+)-(.+)$/.exec(integrity ?? '') ?? []
  return {
    type: 'library', 'bom-ref': purl(name, version), name, version, purl: purl(name, version),
    // Of the packages for several systems the one for this is there.
    scope: optional ? 'optional' : 'required',
    ...(license && { licenses: [licenceOf(license)] }),
    ...(algorithm && hash && { hashes: [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(hash, 'base64').toString('hex') }] })
  }
}

/** A code of SPDX, several joined by its words, or where the text is. @param {string} stated */
function licenceOf(stated) {
  if (/^see licen[cs]e/i.test(stated)) return { license: { name: `${stated}; the text is among the notices of the package` } }
  return /[ ()]/.test(stated) ? { expression: stated } : { license: { id: stated } }
}
