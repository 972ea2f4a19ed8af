import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ImportProgress } from '../contract/datasets'
import { GraftError } from '../contract/errors'
import { importDataset } from '../library/intake'
import { colourDataset } from './coloured'
import { frameDataset } from './framed'
import type { Place } from './place'
import type { GauntletData } from './row'

interface Location {
  /** Names under which it may lie in the folder. */
  names: readonly string[]
  /** Brought to this height and width by bilinear resizing. */
  size?: [number, number]
  /** Then so many black pixels on each side. */
  frame?: number
  /** Coloured MNIST's environments, or the same without the colours. */
  environments?: 'coloured' | 'grey'
  /** So many of the images that train and validate in another one train here, the others validate. */
  train?: { of: GauntletData, images: number }
}

const cifar10 = ['cifar-10-binary.tar.gz', 'cifar-10-binary', 'cifar-10-batches-bin']

const locations: Record<GauntletData, Location> = {
  mnist: { names: ['mnist'] },
  usps: { names: ['usps'], size: [28, 28] },
  'usps-framed': { names: ['usps'], size: [20, 20], frame: 4 },
  'coloured-mnist': { names: ['mnist'], environments: 'coloured' },
  'coloured-mnist-grey': { names: ['mnist'], environments: 'grey' },
  'cifar-10': { names: cifar10 },
  'cifar-10-small': { names: cifar10, train: { of: 'cifar-10', images: 10_000 } },
  'cifar-100': { names: ['cifar-100-binary.tar.gz', 'cifar-100-binary'] }
}

/** Imports what is not in the gauntlet's data folder yet. @throws GraftError that names what is missing and where it was looked for */
export async function prepareData(place: Place, wanted: Iterable<GauntletData>, folder: string): Promise<void> {
  const { library } = place
  for (const id of new Set(wanted)) {
    if (await library.datasets.has(id)) continue
    const { names, size, frame, train, environments } = locations[id]
    if (train) await prepareData(place, [train.of], folder)
    const path = names.map((name) => join(folder, name)).find((candidate) => existsSync(candidate))
    if (path === undefined) throw missing(id, names, folder)
    const progress = place.progress()
    try {
      progress.line(place.say({ en: `Importing ${path} …`, zh: `正在导入 ${path} …` }))
      if (environments) {
        await colourDataset(library, { path, id, grey: environments === 'grey', signal: place.signal })
        continue
      }
      const hooks = { signal: place.signal, onProgress: (at: ImportProgress) => progress.import(at) }
      const plain = frame === undefined ? id : `${id}-inner`
      const options = { path, id: plain, ...(size && { size }), ...(train && { validation: await shareLeft(place, train) }) }
      if (!await library.datasets.has(plain)) await importDataset(library, options, hooks)
      if (frame !== undefined) await frameDataset(library, { from: plain, id, frame, signal: place.signal })
    } finally {
      progress.stop()
    }
  }
}

/** The share of another data set's images that does not train. */
async function shareLeft({ library }: Place, { of, images }: { of: GauntletData, images: number }): Promise<number> {
  const { splits } = await library.datasets.get(of)
  return Math.max(0, 1 - images / ((splits.train?.count ?? 0) + (splits.validation?.count ?? 0)))
}

function missing(id: string, names: readonly string[], folder: string): GraftError {
  return new GraftError('data-missing', {
    en: `${id} is not in ${folder}: it should be there as ${names.join(' or ')}.`,
    zh: `${folder} 中没有 ${id}：应为 ${names.join(' 或 ')}。`
  }, { field: 'data', remedy: { en: 'Name the folder that has it with --data.', zh: '请用 --data 指定包含它的文件夹。' } })
}
