import { splitNames, type Dataset, type DeriveOptions, type ImportProgress } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { throwIfCancelled } from '../cancel'
import { ensureWritable } from '../disk/files'
import { slugOf } from '../disk/ids'
import type { Library } from '../library'
import { ProgressMeter } from '../datasets/progress'
import { DatasetWriter, datasetExists } from '../datasets/writer'
import { checkSpace, copySplit } from './copying'

/**
 * A new data set made of another: some classes left out, another share for validation, or both. The other stays as it
 * is, and with it what every run says it learned from; the new one is a copy with hashes of its own.
 * @throws `class-unknown`, `too-few-classes`, `nothing-changed`, `dataset-exists`, `dataset-not-found`, `disk-full`, `cancelled`
 */
export async function deriveDataset(
  library: Pick<Library, 'dataDir' | 'datasets'>, { from, id: wantedId, name, leaveOut = [], validation }: DeriveOptions,
  { signal, onProgress }: { signal?: AbortSignal, onProgress?(progress: ImportProgress): void } = {}
): Promise<Dataset> {
  const reader = await library.datasets.open(from)
  let writer: DatasetWriter | undefined
  try {
    const { dataset } = reader
    const kept = keptClasses(dataset, leaveOut, validation)
    const newPlace = new Map(kept.map((place, index) => [place, index]))
    const title = name ?? titleOf(dataset, leaveOut, validation)
    const id = wantedId ?? slugOf(title, `${from}-2`)
    if (await library.datasets.has(id)) throw datasetExists(id)
    await ensureWritable(library.dataDir)
    await checkSpace(library.dataDir, dataset.bytes)
    const meter = new ProgressMeter(onProgress)
    writer = await DatasetWriter.create(library.datasets.folder, id, dataset.shape)
    meter.phase('reading', Object.values(dataset.splits).reduce((sum, { count }) => sum + count, 0))
    let done = 0
    for (const split of splitNames) {
      if (!dataset.splits[split]) continue
      // For another share all training images are drawn from again, those of the old validation split too.
      const into = split === 'validation' && validation !== undefined ? 'train' : split
      const place: Parameters<typeof copySplit>[2] = (_, label) =>
        label === undefined || newPlace.has(label) ? { split: into, label: label === undefined ? undefined : newPlace.get(label) } : undefined
      for await (const count of copySplit(reader, split, place, writer)) {
        throwIfCancelled(signal)
        done += count
        meter.update(done, 0)
      }
    }
    meter.phase('finishing', writer.count)
    const { importedAt: _importedAt, validation: drawn, test, ...provenance } = dataset.provenance
    return await writer.finish({
      name: title, classes: kept.map((place) => dataset.classes[place]!), ...(dataset.domains && { domains: dataset.domains }),
      validation: validation ?? 0, test: 0, seed: drawn?.seed ?? 1,
      provenance: {
        ...provenance,
        ...(validation === undefined && drawn && { validation: drawn }),
        ...(test && { test }),
        derived: { from, name: dataset.name, ...(leaveOut.length > 0 && { leftOut: [...leaveOut] }) }
      },
      ...(signal && { signal })
    })
  } catch (error) {
    await writer?.discard()
    throwIfCancelled(signal)
    throw error
  } finally {
    await reader.close()
  }
}

/** Places of the classes that stay, in order. */
function keptClasses(dataset: Dataset, leaveOut: readonly string[], validation: number | undefined): number[] {
  const unknown = leaveOut.find((name) => !dataset.classes.includes(name))
  if (unknown !== undefined) {
    throw new GraftError('class-unknown', { en: `${dataset.name} has no class "${unknown}".`, zh: `${dataset.name} 中没有类别“${unknown}”。` }, {
      field: 'leaveOut', usage: true, remedy: { en: `Its classes: ${dataset.classes.slice(0, 30).join(', ')}.`, zh: `其类别：${dataset.classes.slice(0, 30).join('、')}。` }
    })
  }
  if (leaveOut.length === 0 && validation === undefined) {
    throw new GraftError('nothing-changed', {
      en: 'Say which classes to leave out, or another share for validation.', zh: '请指定要排除的类别，或新的验证比例。'
    }, { field: 'leaveOut', usage: true })
  }
  const kept = dataset.classes.flatMap((name, place) => leaveOut.includes(name) ? [] : [place])
  if (leaveOut.length > 0 && kept.length < 2) {
    throw new GraftError('too-few-classes', {
      en: 'At least two classes must stay: with one there is nothing to tell apart.', zh: '至少须保留两个类别：只有一个类别则无从区分。'
    }, { field: 'leaveOut', usage: true })
  }
  return kept
}

function titleOf(dataset: Dataset, leaveOut: readonly string[], validation: number | undefined): string {
  const without = leaveOut.length === 0 ? '' : leaveOut.length <= 3 ? ` without ${leaveOut.join(', ')}` : ` without ${leaveOut.length} classes`
  const share = validation === undefined ? '' : `, ${Number((validation * 100).toPrecision(3))} % for validation`
  return (dataset.name + without + share).slice(0, 200)
}
