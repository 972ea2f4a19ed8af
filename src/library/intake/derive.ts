import type { Dataset, DeriveOptions, ImportProgress } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { Library } from '../library'
import { copyDataset } from './copying'

/**
 * A new data set made of another: some classes left out, another share for validation, or both. The other stays as it
 * is, and with it what every run says it learned from; the new one is a copy with hashes of its own.
 * @throws `class-unknown`, `too-few-classes`, `nothing-changed`, `dataset-exists`, `dataset-not-found`, `disk-full`, `cancelled`
 */
export async function deriveDataset(
  library: Pick<Library, 'dataDir' | 'datasets'>, { from, id, name, leaveOut = [], validation }: DeriveOptions,
  hooks: { signal?: AbortSignal, onProgress?(progress: ImportProgress): void } = {}
): Promise<Dataset> {
  return copyDataset(library, { from, id }, async ({ dataset }) => {
    const kept = keptClasses(dataset, leaveOut, validation)
    const newPlace = new Map(kept.map((place, index) => [place, index]))
    const { importedAt: _importedAt, validation: drawn, test, ...provenance } = dataset.provenance
    return {
      name: name ?? titleOf(dataset, leaveOut, validation), classes: kept.map((place) => dataset.classes[place]!),
      place: (split, _position, label) => {
        if (label !== undefined && !newPlace.has(label)) return undefined
        // For another share all training images are drawn from again, those of the old validation split too.
        return { split: split === 'validation' && validation !== undefined ? 'train' : split, label: label === undefined ? undefined : newPlace.get(label) }
      },
      validation: validation ?? 0, seed: drawn?.seed ?? 1,
      provenance: {
        ...provenance,
        ...(validation === undefined && drawn && { validation: drawn }),
        ...(test && { test }),
        derived: { from, name: dataset.name, ...(leaveOut.length > 0 && { leftOut: [...leaveOut] }) }
      }
    }
  }, hooks)
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
