import type { Inspection, Thumbnail } from '../../contract/inspections'

/** One grey pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=='
const picture = (name: string, label: number, split: Thumbnail['split'] = 'train'): Thumbnail => ({ split, label, name, width: 32, height: 32, png })

/** What a look at a folder of flowers finds: a copy that leaks, a broken file, one class of one image. */
export function fakeInspection(): Inspection {
  return {
    origin: 'flowers', format: 'image-folder', shape: [64, 64, 3], preparation: 'RGB, bilinear to 64×64 (stretched)',
    classes: ['daisy', 'rose', 'tulip'], domains: [], total: 120, lookedAt: 119,
    splits: { train: { count: 100, perClass: [60, 39, 1] }, test: { count: 20, perClass: [10, 9, 1] } },
    sizes: { smallest: [120, 90], largest: [3024, 4032], common: [{ size: [3024, 4032], count: 80 }, { size: [120, 90], count: 39 }], kinds: 2 },
    broken: { count: 1, files: [{ path: 'train/rose/12.jpg', reason: { en: 'The image is cut off or damaged.', zh: '图像不完整或已损坏。' } }] },
    exact: {
      within: 0, across: 2,
      groups: [{ count: 2, splits: ['train', 'test'], labelsDiffer: false, images: [picture('train/daisy/1.jpg', 0), picture('test/daisy/4.jpg', 0, 'test')] }]
    },
    near: { within: 0, across: 0, groups: [] },
    appearance: { polarity: 'neither', border: 0 },
    sheet: [picture('train/daisy/1.jpg', 0), picture('train/daisy/2.jpg', 0), picture('train/rose/1.jpg', 1), picture('train/tulip/1.jpg', 2)],
    assumed: [], questions: [],
    findings: [
      {
        id: 'duplicates-across', level: 'warning',
        text: { en: '2 images have an exact copy in another split.', zh: '2 张图像在其他部分中有完全相同的副本。' },
        remedy: { en: 'Choose to leave those copies out of training.', zh: '可选择在训练中去掉这些副本。' }
      },
      { id: 'broken', level: 'warning', text: { en: '1 file will be left out.', zh: '1 个文件将被略过。' } }
    ]
  }
}
