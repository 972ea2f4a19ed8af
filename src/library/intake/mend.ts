import { everySplit, type Dataset, type ImportProgress, type SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { mendOptionsSchema, type MendOptions, type MendPlan } from '../../contract/mending'
import type { Text } from '../../contract/text'
import type { DatasetReader } from '../datasets/cache'
import type { Library } from '../library'
import { copyDataset } from './copying'
import { compareNames } from './reading/tree'

/**
 * A new data set made of another with a plan's corrections: pictures with another label, with one where they had none, left out
 * or in another split, classes renamed or made one. The other stays as it is, and with it what every run says it learned from; taking the corrections
 * back is removing the new one.
 * @throws `nothing-changed`, `plan-does-not-fit`, `class-unknown`, `no-labels`, `has-labels`, `one-class`, `no-images`, `dataset-exists`,
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
  counts: { relabelled: number, leftOut: number, moved: number, classes: number, labelled?: number }
  count: number
  place(split: SplitName, position: number, label: number | undefined): { split: SplitName, label: number | undefined } | undefined
}

/** What a plan makes of each picture. What is already so is no correction. */
async function readPlan(reader: DatasetReader, plan: MendPlan): Promise<Changes> {
  const { dataset } = reader
  checkFits(dataset, plan)
  const labelled = labelledBy(reader, plan)
  const known = [...dataset.classes, ...newClasses(dataset, [...labelled.values()])]
  const renamed = known.map((name) => plan.classes[name] ?? name)
  const unknown = Object.keys(plan.classes).find((name) => !dataset.classes.includes(name))
  if (unknown !== undefined) throw classUnknown(dataset, unknown)
  const names = [...new Set(renamed)]
  const labels = new Map<SplitName, Int32Array | undefined>()
  for (const split of everySplit) if (dataset.splits[split]) labels.set(split, reader.hasLabels(split) ? await reader.readLabels(split) : undefined)
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
    const name = labelled.get(key)
    if (name !== undefined) return { split: 'train', label: names.indexOf(renamed[known.indexOf(name)]!) }
    // Beside pictures with labels, those without wait by themselves.
    const waits = labelled.size > 0 && label === undefined && split !== 'test'
    const now = relabelled.get(key) ?? label
    return { split: moved.get(key) ?? (waits ? 'unlabelled' : split), label: now === undefined ? undefined : names.indexOf(renamed[now]!) }
  }
  const used = new Set<number>()
  for (const [split, given] of labels) {
    given?.forEach((label, position) => {
      const to = place(split, position, label)
      if (to?.label !== undefined) used.add(to.label)
    })
  }
  for (const name of labelled.values()) used.add(names.indexOf(renamed[known.indexOf(name)]!))
  if (labelled.size > 0 && used.size < 2) throw oneClassLabelled()
  // A class whose last picture goes, goes with it; one that never had a picture stays.
  const before = new Set([...labels.values()].flatMap((given) => given ? [...new Set(given)] : []).map((label) => names.indexOf(renamed[label]!)))
  const kept = names.flatMap((_, index) => used.has(index) || !before.has(index) ? [index] : [])
  const counts = {
    relabelled: [...relabelled.keys()].filter((key) => !leftOut.has(key)).length, leftOut: leftOut.size,
    moved: [...moved.keys()].filter((key) => !leftOut.has(key)).length, classes: renamed.filter((name, index) => name !== known[index]).length,
    ...(labelled.size > 0 && { labelled: [...labelled.keys()].filter((key) => !leftOut.has(key)).length })
  }
  const count = counts.relabelled + counts.leftOut + counts.moved + counts.classes + (counts.labelled ?? 0)
  if (count === 0) throw nothingChanged()
  return {
    classes: kept.map((index) => names[index]!), counts, count,
    place: (split, position, label) => {
      const to = place(split, position, label)
      return to && { ...to, label: to.label === undefined ? undefined : kept.indexOf(to.label) }
    }
  }
}

/** The class that each picture without a label gets, by its place. @throws `has-labels`, `plan-does-not-fit` */
function labelledBy(reader: DatasetReader, { corrections }: MendPlan): Map<string, string> {
  const labelled = new Map<string, string>()
  for (const correction of corrections) {
    if (correction.do !== 'label') continue
    const { split, position, to } = correction
    if (split === 'test') throw doesNotFit(reader.dataset, { en: 'pictures of the test get no label here', zh: '此处不为测试图像加标签' })
    if (reader.hasLabels(split)) throw hasLabels(reader.dataset, split)
    labelled.set(`${split} ${position}`, to)
  }
  return labelled
}

/** Classes that the data set does not have yet: in the order in which folders of these names would be read. */
const newClasses = ({ classes }: Dataset, wanted: readonly string[]): string[] =>
  [...new Set(wanted)].filter((name) => !classes.includes(name)).sort(compareNames)

/** A plan for another data set, or for one that was made anew under the same id, would change the wrong pictures. */
function checkFits(dataset: Dataset, { dataset: id, images = {} }: MendPlan): void {
  if (id !== undefined && id !== dataset.id) throw doesNotFit(dataset, { en: `it was made for ${id}`, zh: `它是为 ${id} 制定的` })
  for (const split of everySplit) {
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

const hasLabels = ({ name }: Dataset, split: SplitName): GraftError => new GraftError('has-labels', {
  en: `The ${split} pictures of “${name}” have labels already.`, zh: `“${name}”的 ${split} 图像已有标签。`
}, { field: 'plan', usage: true, remedy: { en: 'Give them another with “relabel”.', zh: '请用“relabel”更改标签。' } })

const oneClassLabelled = (): GraftError => new GraftError('one-class', {
  en: 'All labels are of one class: there is nothing to tell apart yet.', zh: '所有标签都属于同一类别，尚无从区分。'
}, { field: 'plan', usage: true, remedy: { en: 'Label pictures of a second class too.', zh: '请再为第二个类别的图像加标签。' } })

const nothingChanged = (): GraftError => new GraftError('nothing-changed', {
  en: 'The plan changes nothing.', zh: '该计划没有任何更改。'
}, { field: 'plan', usage: true })
