import { join } from 'node:path'
import { importDataset } from '../../library/intake'
import type { ModelRef } from '../../contract/models'
import type { LabelGrant, TwinRole } from '../../contract/runs'
import { prepareData } from '../data'
import type { Place } from '../place'
import type { GauntletData } from '../row'

/** A source and a target on which every method that fits is tried with nothing set. */
export interface Pair {
  id: string
  title: string
  /** Beside the embedded samples, which are always there. */
  data?: { sets?: readonly GauntletData[], prepare?(place: Place, folder: string): Promise<void> }
  /** A network to train on the source data first, with nothing set; or a model that is imported. */
  source: { network: string } | { model: ModelRef }
  sourceData: string
  target: string
  /** The one domain of the target that is left out of the source. */
  domain?: string
  labels: LabelGrant
  control: TwinRole
  /** Tested on all pictures of the target, none of whose labels are granted: there are few. */
  testSplit?: 'all'
  /** Methods that try it quickly. */
  quick?: readonly string[]
  /** The gauntlet's row with the tuned recipe of a method. */
  tuned?(method: string): string
  /** Whether it is tried only by its name: what it shows, another pair shows too. */
  onlyNamed?: boolean
  /** Seeds where nobody says how many. */
  seeds: number
}

/** The model that every Graft has from the start. */
const boxed: ModelRef = 'model:efficientnet-lite0'
const mobileNet: ModelRef = 'model:mobilenet-v1'

/** Photographs of four domains, and a backbone that knows photographs. */
async function preparePacs(place: Place, folder: string): Promise<void> {
  const { library, signal } = place
  const parts = [['pacs', []], ['pacs-photo', ['photo']], ['pacs-sketch', ['sketch']]] as const
  for (const [id, inside] of parts) {
    if (!await library.datasets.has(id)) {
      await importDataset(library, { path: join(folder, 'pacs-small', ...inside), id, size: [224, 224] }, { signal, onProgress: () => undefined })
    }
  }
}

async function preparePacsAndMobileNet(place: Place, folder: string): Promise<void> {
  await preparePacs(place, folder)
  const { library, signal } = place
  const known = (await library.models.list()).models.some(({ ref }) => ref === mobileNet)
  if (!known) await (await place.engine()).importModel({ path: join(folder, 'models', 'mobilenet-v1-224-tfjs'), id: 'mobilenet-v1' }, { signal })
}

export const pairs: readonly Pair[] = [
  {
    id: 'samples-labels', title: 'MNIST sample → UCI digits, 10 labels a class', source: { network: 'seed-cnn' }, sourceData: 'mnist-sample',
    target: 'digits', labels: { perClass: 10 }, control: 'scratch', quick: ['linear-probe', 'fine-tuning'], seeds: 3
  },
  {
    id: 'samples-none', title: 'MNIST sample → UCI digits, no labels', source: { network: 'seed-cnn' }, sourceData: 'mnist-sample',
    target: 'digits', labels: 'none', control: 'source-only', seeds: 3
  },
  {
    id: 'mnist-usps', title: 'MNIST → USPS, no labels', data: { sets: ['mnist', 'usps'] }, source: { network: 'lenet' }, sourceData: 'mnist',
    target: 'usps', labels: 'none', control: 'source-only', tuned: (method) => `mnist-usps-${method}`, seeds: 1
  },
  {
    id: 'cifar', title: 'CIFAR-10 → CIFAR-100, 20 labels a class', data: { sets: ['cifar-10', 'cifar-100'] }, source: { network: 'seed-cnn' },
    sourceData: 'cifar-10', target: 'cifar-100', labels: { perClass: 20 }, control: 'scratch', tuned: (method) => `cifar-${method}`, seeds: 1
  },
  {
    id: 'pacs-labels', title: 'EfficientNet-Lite0 → PACS, 10 labels a class', data: { prepare: preparePacs }, source: { model: boxed }, sourceData: 'pacs',
    target: 'pacs', labels: { perClass: 10 }, control: 'scratch', seeds: 1
  },
  {
    id: 'photo-sketch', title: 'PACS photo → sketch, no labels', data: { prepare: preparePacs }, source: { model: boxed }, sourceData: 'pacs-photo',
    target: 'pacs-sketch', testSplit: 'all', labels: 'none', control: 'source-only', seeds: 1
  },
  {
    id: 'leave-sketch-out', title: 'PACS, sketch left out', data: { prepare: preparePacs }, source: { model: boxed }, sourceData: 'pacs',
    target: 'pacs', domain: 'sketch', testSplit: 'all', labels: 'none', control: 'source-only', seeds: 1
  },
  {
    id: 'photo-sketch-mobilenet', title: 'PACS photo → sketch from MobileNet v1, no labels', data: { prepare: preparePacsAndMobileNet }, source: { model: mobileNet },
    sourceData: 'pacs-photo', target: 'pacs-sketch', testSplit: 'all', labels: 'none', control: 'source-only', onlyNamed: true, seeds: 1
  }
]

/** Brings the data of a pair. @param folder where research data lies; asked for only where the pair needs any */
export async function prepare({ data }: Pair, place: Place, folder: () => string): Promise<void> {
  if (data?.sets) await prepareData(place, data.sets, folder())
  await data?.prepare?.(place, folder())
}
