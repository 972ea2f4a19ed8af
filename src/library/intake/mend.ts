import { splitNames, type Dataset, type ImportProgress, type SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { mendOptionsSchema, type MendOptions, type MendPlan } from '../../contract/mending'
import type { Text } from '../../contract/text'
import type { DatasetReader } from '../datasets/cache'
import type { Library } from '../library'
import { copyDataset } from './copying'

/**
 * A new data set made of another with a plan's corrections: pictures with another label, left out or in another split, classes
 * renamed or made one. The other stays as it is, and with it what every run says it learned from; taking the corrections
 * back is removing the new one.
 * @throws `nothing-changed`, `plan-does-not-fit`, `class-unknown`, `no-labels`, `one-class`, `no-images`, `dataset-exists`,
 * `dataset-not-found`, `disk-full`, `cancelled`
 */
export async function mendDataset(
  library: Pick<Library, 'dataDir' | 'datasets'>, options: MendOptions,
  hooks: { signal?: AbortSignal, onProgress?(progress: ImportProgress): void } = {}
): Promise<Dataset> {
  const { from, id, name, plan } = mendOptionsSchema.parse(options)
  return copyDataset(library, { from, id }, async (reader) => {
    const { dataset } = reader
    const { classes, count, counts, place } = await readPlan(reader, plan)
    const { importedAt: _importedAt, ...provenance } = dataset.provenance
    return {
      name: name ?? `${dataset.name}, ${count === 1 ? '1 correction' : `${count} corrections`}`.slice(0, 200), classes, place,
      validation: 0, seed: provenance.validation?.seed ?? 1,
      provenance: { ...provenance, derived: { from, name: dataset.name, corrections: counts } }
    }
  }, hooks)
}

interface Changes {
  /** Names of the new data set's classes. */
  classes: string[]
  counts: { relabelled: number, leftOut: number, moved: number, classes: number }
  count: number
  place(split: SplitName, position: number, label: number | undefined): { split: SplitName, label: number | undefined } | undefined
}

/** What a plan makes of each picture. What is already so is no correction. */
async function readPlan(reader: DatasetReader, plan: MendPlan): Promise<Changes> {
  const { dataset } = reader
  checkFits(dataset, plan)
  const renamed = dataset.classes.map((name) => plan.classes[name] ?? name)
  const unknown = Object.keys(plan.classes).find((name) => !dataset.classes.includes(name))
  if (unknown !== undefined) throw classUnknown(dataset, unknown)
  const names = [...new Set(renamed)]
  const labels = new Map<SplitName, Int32Array | undefined>()
  for (const split of splitNames) if (dataset.splits[split]) labels.set(split, reader.hasLabels(split) ? await reader.readLabels(split) : undefined)
  const [relabelled, leftOut, moved] = [new Map<string, number>(), new Set<string>(), new Map<string, SplitName>()]
  for (const correction of plan.corrections) {
    const { split, position } = correction
    const key = `${split} ${position}`
    if (position >= (dataset.splits[split]?.count ?? 0)) throw doesNotFit(dataset, { en: `there is no ${split} picture ${position}`, zh: `不存在 ${split} 第 ${position} 张图像` })
    if (correction.do === 'leave-out') leftOut.add(key)
    if (correction.do === 'move' && correction.to !== split) moved.set(key, correction.to)
    if (correction.do !== 'relabel') continue
    const label = dataset.classes.indexOf(correction.to)
    if (label < 0) throw classUnknown(dataset, correction.to)
    const given = labels.get(split)?.[position]
    if (given === undefined) throw noLabel(dataset, split)
    if (given !== label) relabelled.set(key, label)
  }
  for (const [key, to] of moved) {
    const split = key.split(' ')[0] as SplitName
    const [there, here] = [labels.get(to) !== undefined, labels.get(split) !== undefined]
    if (labels.has(to) && there !== here) throw noLabel(dataset, there ? split : to)
  }
  const place: Changes['place'] = (split, position, label) => {
    const key = `${split} ${position}`
    if (leftOut.has(key)) return undefined
    const now = relabelled.get(key) ?? label
    return { split: moved.get(key) ?? split, label: now === undefined ? undefined : names.indexOf(renamed[now]!) }
  }
  const used = new Set<number>()
  for (const [split, given] of labels) {
    given?.forEach((label, position) => {
      const to = place(split, position, label)
      if (to?.label !== undefined) used.add(to.label)
    })
  }
  // A class whose last picture goes, goes with it; one that never had a picture stays.
  const before = new Set([...labels.values()].flatMap((given) => given ? [...new Set(given)] : []).map((label) => names.indexOf(renamed[label]!)))
  const kept = names.flatMap((_, index) => used.has(index) || !before.has(index) ? [index] : [])
  const counts = {
    relabelled: [...relabelled.keys()].filter((key) => !leftOut.has(key)).length, leftOut: leftOut.size,
    moved: [...moved.keys()].filter((key) => !leftOut.has(key)).length, classes: renamed.filter((name, index) => name !== dataset.classes[index]).length
  }
  const count = counts.relabelled + counts.leftOut + counts.moved + counts.classes
  if (count === 0) throw nothingChanged()
  return {
    classes: kept.map((index) => names[index]!), counts, count,
    place: (split, position, label) => {
      const to = place(split, position, label)
      return to && { ...to, label: to.label === undefined ? undefined : kept.indexOf(to.label) }
    }
  }
}

/** A plan for another data set, or for one that was made anew under the same id, would change the wrong pictures. */
function checkFits(dataset: Dataset, { dataset: id, images = {} }: MendPlan): void {
  if (id !== undefined && id !== dataset.id) throw doesNotFit(dataset, { en: `it was made for ${id}`, zh: `它是为 ${id} 制定的` })
  for (const split of splitNames) {
    const hash = images[split]
    if (hash !== undefined && hash !== dataset.splits[split]?.sha256.images) {
      throw doesNotFit(dataset, { en: `the ${split} pictures are others than those it was made for`, zh: `${split} 图像与制定计划时的不同` })
    }
  }
}

const doesNotFit = ({ name }: Dataset, why: Text): GraftError => new GraftError('plan-does-not-fit', {
  en: `The plan does not fit “${name}”: ${why.en}.`, zh: `该计划与“${name}”不符：${why.zh}。`
}, { field: 'plan', usage: true, remedy: { en: 'Let the doctor look again, and make the plan anew.', zh: '请重新诊断并制定计划。' } })

const classUnknown = (dataset: Dataset, name: string): GraftError => new GraftError('class-unknown', {
  en: `${dataset.name} has no class "${name}".`, zh: `${dataset.name} 中没有类别“${name}”。`
}, { field: 'plan', usage: true, remedy: { en: `Its classes: ${dataset.classes.slice(0, 30).join(', ')}.`, zh: `其类别：${dataset.classes.slice(0, 30).join('、')}。` } })

const noLabel = ({ name }: Dataset, split: SplitName): GraftError => new GraftError('no-labels', {
  en: `The ${split} pictures of “${name}” have no labels.`, zh: `“${name}”的 ${split} 图像没有标签。`
}, { field: 'plan', usage: true, remedy: { en: 'Leave these corrections out.', zh: '请去掉这些更正。' } })

const nothingChanged = (): GraftError => new GraftError('nothing-changed', {
  en: 'The plan changes nothing.', zh: '该计划没有任何更改。'
}, { field: 'plan', usage: true })
