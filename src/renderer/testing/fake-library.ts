import type { Sorted } from '../../contract/predictions'
import type { Dataset } from '../../contract/datasets'
import type { KnownDataset, KnownModelEntry } from '../../contract/downloads'
import { usualNormalisation, type ModelImportOptions, type ModelInspection, type ModelRef, type ModelSummary } from '../../contract/models'
import { fakeArchitectures } from './fake-methods'

export const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
const hash = (letter: string): string => letter.repeat(64)

interface DatasetFacts {
  id: string
  name: string
  classes: string[]
  counts: [train: number, validation: number, test: number]
  sample?: boolean
  labelled?: boolean
}

/** A data set's record with evenly filled classes. */
export function fakeDataset({ id, name, classes, counts, sample, labelled = true }: DatasetFacts): Dataset {
  const split = (count: number, letter: string) => ({
    count,
    ...(labelled && { perClass: classes.map((_, index) => Math.floor((count + index) / classes.length)) }),
    sha256: { images: hash(letter), ...(labelled && { labels: hash(letter) }) }
  })
  const [train, validation, test] = counts
  return {
    schemaVersion: 1, id, name, shape: [32, 32, 3], classes: labelled ? classes : [],
    splits: { train: split(train, 'a'), validation: split(validation, 'b'), test: split(test, 'c') },
    provenance: {
      format: 'sample', origin: name, importedAt: '2026-05-04T09:30:00.000Z', licence: 'CC BY 4.0',
      attribution: 'E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI 1998', preparation: 'bilinear to 32×32'
    },
    skipped: { count: 0, files: [] },
    statistics: { mean: [0.13, 0.13, 0.13], standardDeviation: [0.31, 0.31, 0.31] },
    bytes: (train + validation + test) * 3072,
    ...(sample && { sample })
  }
}

export const fakeDatasets = (): Dataset[] => [
  fakeDataset({ id: 'mnist-sample', name: 'MNIST digits (sample)', classes: digits, counts: [4500, 500, 1000], sample: true }),
  fakeDataset({ id: 'digits', name: 'UCI optical digits', classes: digits, counts: [1078, 120, 599], sample: true }),
  fakeDataset({
    id: 'cifar-10', name: 'CIFAR-10', counts: [13_500, 1500, 5000],
    classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']
  }),
  fakeDataset({ id: 'street-photos', name: 'Street photos', classes: [], counts: [820, 0, 0], labelled: false })
]

/** Two data sets that can be got: one not begun, one half there. */
export const fakeKnownModels = (): KnownModelEntry[] => [
  {
    id: 'resnet-18', title: 'ResNet-18', architecture: 'resnet-18',
    learned: { en: 'ImageNet-1k: 1.28 million photographs', zh: 'ImageNet-1k：128 万张照片' }, classes: 1000, input: [224, 224, 3], downloadBytes: 46_830_571, licence: 'BSD-3-Clause', attribution: 'The PyTorch team',
    page: 'https://example.org/models', address: 'https://example.org/resnet18.pth', checked: true, isHere: false, partialBytes: 0
  },
  {
    id: 'vit-small', title: 'ViT-S/16', architecture: 'vit-small',
    learned: { en: 'ImageNet-21k: 14 million photographs', zh: 'ImageNet-21k：1400 万张照片' }, classes: 0, input: [224, 224, 3], downloadBytes: 88_000_000, licence: 'Apache-2.0', attribution: 'R. Wightman, timm',
    page: 'https://example.org/vit', address: 'https://example.org/vit.safetensors', checked: false, isHere: false, partialBytes: 30_000_000
  }
]
export const fakeKnown = (): KnownDataset[] => [
  {
    id: 'mnist', title: 'MNIST', summary: { en: 'Handwritten digits.', zh: '手写数字。' }, shape: [28, 28, 1], classes: 10,
    images: { train: 60_000, test: 10_000 }, downloadBytes: 11_594_722, diskBytes: 55_160_000, licence: { en: 'CC BY-SA 3.0', zh: 'CC BY-SA 3.0' },
    citation: 'LeCun et al. 1998', page: 'https://example.org/mnist', files: [{ name: 'a.gz', address: 'https://example.org/a.gz' }], installed: [], partialBytes: 0
  },
  {
    id: 'svhn', title: 'SVHN', summary: { en: 'House numbers.', zh: '门牌号码。' }, shape: [32, 32, 3], classes: 10,
    images: { train: 73_257, test: 26_032 }, downloadBytes: 246_316_178, diskBytes: 305_000_000, licence: { en: 'For non-commercial use only', zh: '仅限非商业用途' },
    citation: 'Netzer et al. 2011', page: 'https://example.org/svhn', files: [{ name: 'b.mat', address: 'https://example.org/b.mat' }], installed: [], partialBytes: 91_000_000
  }
]

/** A model of a run or an import with the seed CNN's blocks. */
export function fakeModel(ref: ModelRef, name: string, classes: readonly string[] = digits): ModelSummary {
  const [seedCnn] = fakeArchitectures
  if (!seedCnn) throw new Error('no architecture')
  return {
    ref, name, architecture: seedCnn.id, input: [32, 32, 3], classes: [...classes], blocks: seedCnn.blocks, parameters: seedCnn.parameters,
    normalisation: { mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5] }, createdAt: '2026-05-04T10:00:00.000Z'
  }
}

/** What looking at a file found: a network whose file says neither its classes' names nor how images were normalised. */
export function fakeModelInspection({ path, normalisation, size, classes }: ModelImportOptions): ModelInspection {
  const { architecture, blocks, parameters } = fakeModel('model:inspected', 'inspected')
  return {
    file: path.split('/').at(-1)!, format: 'safetensors', architecture, naming: 'PyTorch (torchvision, akamaster)', blocks, parameters,
    input: [...(size ?? [32, 32]), 3], inputFrom: size ? 'given' : 'usual', anySize: true,
    normalisation: typeof normalisation === 'string' ? usualNormalisation(normalisation, 3) : usualNormalisation('imagenet', 3),
    normalisationFrom: normalisation ? 'given' : 'usual', classes: classes ?? [...digits], classesFrom: classes ? 'given' : 'usual',
    unmatched: [{ name: 'projector.0.weight', shape: [8, 64] }], unmatchedCount: 1
  }
}

/** What a model says of the pictures of a folder. */
export const fakeSorted: Sorted = {
  model: 'run:mnist-run', folder: '/home/ada/pictures/letters', classes: digits, size: [28, 28], left: 0,
  files: [
    { file: 'a.png', class: '7', confidence: 0.98 }, { file: 'b.png', class: '1', confidence: 0.41 }, { file: 'c.png', class: '3', confidence: 0.72, noneOfThese: true },
    { file: 'd.png', error: { code: 'image-unreadable', message: { en: 'The image is cut off or damaged.', zh: '图像不完整或已损坏。' } } }
  ]
}
