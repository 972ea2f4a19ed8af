import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { splitNames, type Dataset, type SplitName } from '../../contract/datasets'
import { installSamples } from '../datasets/samples'
import { splitFiles } from '../datasets/cache'
import { seededRandom } from '../random'
import { useWorkplace } from '../testing'
import { importDataset } from './import'

/**
 * Layouts that were read right from the first version on: what is made of them never changes, to the last byte. The
 * hashes were written down by the code before folders were read by evidence (issue 12).
 */
const place = useWorkplace()

let seed = 0
const picture = (): Promise<Buffer> => {
  const random = seededRandom(++seed)
  return sharp(Uint8Array.from({ length: 6 * 5 * 3 }, () => random() * 256), { raw: { width: 6, height: 5, channels: 3 } }).png().toBuffer()
}
async function write(folder: string, path: string, content: Uint8Array | string): Promise<void> {
  await fs.mkdir(dirname(join(folder, path)), { recursive: true })
  await fs.writeFile(join(folder, path), content)
}

/** The images, labels, domains and names of a data set in one hash. */
async function digest({ id, classes, domains = [], splits }: Pick<Dataset, 'id' | 'classes' | 'domains' | 'splits'>): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([classes, domains]))
  for (const split of splitNames) {
    if (!splits[split]) continue
    hash.update(split)
    const files = splitFiles(join(place.library.datasets.folder, id), split as SplitName)
    for (const file of [files.images, files.labels, files.domains]) hash.update(await fs.readFile(file).catch(() => 'none'))
  }
  return hash.digest('hex').slice(0, 16)
}

const inFolders = (folders: readonly string[], count = 7): string[] =>
  folders.flatMap((folder) => Array.from({ length: count }, (_, number) => `${folder}/${number}.png`))
const each = (outer: readonly string[], inner: readonly string[]): string[] => outer.flatMap((one) => inner.map((other) => `${one}/${other}`))
const animals = ['cat', 'dog', 'fox']
const flat = Array.from({ length: 9 }, (_, number) => `img/${number}.png`)
const labelled = flat.map((path, index) => `${path},${animals[index % 2]}`)

const layouts: Record<string, { pictures: string[], tables?: Record<string, string>, expected: string }> = {
  'a folder per class': { pictures: inFolders(animals), expected: '9e995be29f583587' },
  'train, val and test': { pictures: inFolders(each(['train', 'val', 'test'], animals)), expected: '8701731345f8c14d' },
  'Training and Testing': { pictures: inFolders(each(['Training', 'Testing'], animals)), expected: 'e3aaf585656aebea' },
  domains: { pictures: inFolders(each(['art', 'photo', 'sketch'], animals), 3), expected: 'ad2519e22ffd9d6b' },
  'splits of domains': { pictures: inFolders(each(['train', 'test'], each(['art', 'photo'], animals)), 3), expected: 'f11db1a8bb03ad25' },
  'domains of splits': { pictures: inFolders(each(['art', 'photo'], each(['train', 'test'], animals)), 3), expected: '2ba2270b78c93bbb' },
  'classes of splits': { pictures: inFolders(each(animals, ['train', 'test'])), expected: '0dc363e26381419d' },
  'classes with folders inside': { pictures: inFolders(['cat/tabby', 'cat/siamese', 'dog/poodle', 'dog/boxer']), expected: '87a1a3966faf65e9' },
  'one more folder around': { pictures: inFolders(each(['photos'], animals)), expected: '9e995be29f583587' },
  'unlabelled pictures': { pictures: inFolders(['.']), expected: '0e1c503d70f53a7a' },
  'unlabelled splits': { pictures: inFolders(['train', 'test']), expected: '396490b9d2b5cb7f' },
  'a class called train': { pictures: inFolders(['boat', 'car', 'train']), expected: '7db0ad3d1e23e5ae' },
  'a table': { pictures: flat, tables: { 'labels.csv': ['path,label', ...labelled].join('\n') }, expected: '8ed731bb0d1053b2' },
  'a table without a header': { pictures: flat, tables: { 'labels.csv': labelled.join('\n') }, expected: '8ed731bb0d1053b2' },
  'a table a split': {
    pictures: flat,
    tables: { 'train.csv': ['path,label', ...labelled.slice(0, 5)].join('\n'), 'test.csv': ['path,label', ...labelled.slice(5)].join('\n') }, expected: '12ff532b3373d099'
  },
  'a table with splits and domains': {
    pictures: flat,
    tables: { 'all.csv': ['split,path,label,domain', ...labelled.map((row, index) => `${index % 3 === 0 ? 'test' : 'train'},${row},${index % 4 < 2 ? 'art' : 'photo'}`)].join('\n') },
    expected: '070d6cceafdd4271'
  }
}

describe('what was always read right', () => {
  it.each(Object.entries(layouts))('%s gives the bytes of before', async (_name, { pictures, tables = {}, expected }) => {
    seed = 0
    const folder = join(place.folder, 'pictures')
    for (const path of pictures) await write(folder, path, await picture())
    for (const [name, text] of Object.entries(tables)) await write(folder, name, text)
    const dataset = await importDataset(place.library, { path: folder })
    expect(await digest(dataset)).toBe(expected)
  })

  it('the embedded samples give the bytes of before', async () => {
    await installSamples(place.library, join(__dirname, '../../../resources/samples'))
    const { datasets } = await place.library.datasets.list()
    const digests: Record<string, string> = {}
    for (const dataset of datasets) digests[dataset.id] = await digest(dataset)
    expect(digests).toEqual({ digits: 'b2cd393539045c76', 'mnist-sample': '793aa12a528150c6' })
  })
})
