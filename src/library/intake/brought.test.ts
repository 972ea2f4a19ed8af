import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { splitNames } from '../../contract/datasets'
import type { Inspection } from '../../contract/inspections'
import { useWorkplace, zipFile } from '../testing'
import { inspectDataset } from './inspection/inspect'
import { leftOut, noisePictures } from './testing'

/** Layouts of well-known sets and tools, in small; the pictures are noise. */
const place = useWorkplace()

const picture = noisePictures()
const six = [0, 1, 2, 3, 4, 5]
const inFolders = (folders: readonly string[]): string[] => folders.flatMap((folder) => six.map((index) => `${folder}/${index}.png`))
const each = (outer: readonly string[], inner: readonly string[]): string[] => outer.flatMap((one) => inner.map((other) => `${one}/${other}`))

async function look(pictures: readonly string[], texts: Record<string, string> = {}): Promise<Inspection> {
  const folder = join(place.folder, 'set')
  await fs.mkdir(folder, { recursive: true })
  for (const [path, content] of [...await Promise.all(pictures.map(async (path) => [path, await picture()] as const)), ...Object.entries(texts)]) {
    await fs.mkdir(dirname(join(folder, path)), { recursive: true })
    await fs.writeFile(join(folder, path), content)
  }
  return inspectDataset(place.library, { path: folder })
}
const counts = ({ splits }: Inspection): Record<string, number[] | undefined> =>
  Object.fromEntries(splitNames.flatMap((name) => splits[name] ? [[name, splits[name].perClass]] : []))

describe('splits that stand in lists', () => {
  const lines = (each: (index: number) => string, from: number, to: number): string => six.slice(from, to).map(each).join('\n')
  it.each<[string, string[], Record<string, string>, string[]]>([
    ['Food-101: names without an ending, in meta', inFolders(['images/pie', 'images/soup']),
      { 'meta/train.txt': lines((at) => `pie/${at}\nsoup/${at}`, 0, 4), 'meta/test.txt': lines((at) => `pie/${at}\nsoup/${at}`, 4, 6), 'meta/classes.txt': 'pie\nsoup' }, ['pie', 'soup']],
    ['CUB: pictures and flags by number', inFolders(['images/pie', 'images/soup']), {
      'images.txt': ['pie', 'soup'].flatMap((name, set) => six.map((at) => `${set * 6 + at + 1} ${name}/${at}.png`)).join('\n'),
      'train_test_split.txt': [0, 6].flatMap((first) => six.map((at) => `${first + at + 1} ${at < 4 ? 1 : 0}`)).join('\n')
    }, ['pie', 'soup']],
    ['DomainNet: a list for each domain, with numbers of classes', inFolders(each(['clipart', 'sketch'], ['pie', 'soup'])), Object.fromEntries(['clipart', 'sketch'].flatMap((domain) => [
      [`${domain}_train.txt`, lines((at) => `${domain}/pie/${at}.png 0\n${domain}/soup/${at}.png 1`, 0, 4)],
      [`${domain}_test.txt`, lines((at) => `${domain}/pie/${at}.png 0\n${domain}/soup/${at}.png 1`, 4, 6)]
    ])), ['pie', 'soup']]
  ])('are used, so that what authors test on does not train: %s', async (_, pictures, texts, classes) => {
    const found = await look(pictures, texts)
    const sets = found.domains.length || 1
    expect(found).toMatchObject({ classes, questions: [], format: 'image-folder' })
    expect(counts(found)).toEqual({ train: [4 * sets, 4 * sets], test: [2 * sets, 2 * sets] })
    expect(found.assumed.map(({ en }) => en)).toContainEqual(expect.stringContaining('splits are those of the lists'))
  })

  it('are not used, and said, where they name a picture twice, as lists of folds do; or hardly any', async () => {
    const twice = await look(inFolders(['pie', 'soup']), { 'train_1.txt': lines((at) => `pie/${at}.png`, 0, 4), 'test_1.txt': lines((at) => `pie/${at}.png`, 3, 6) })
    expect(counts(twice)).toEqual({ train: [6, 6] })
    expect(leftOut(twice)['test_1.txt']).toMatch(/some pictures for two splits/)
    await fs.rm(join(place.folder, 'set'), { recursive: true })
    const few = await look(inFolders(['pie', 'soup']), { 'train_1.txt': 'pie/0.png', 'test_1.txt': 'pie/1.png' })
    expect(counts(few)).toEqual({ train: [6, 6] })
    expect(leftOut(few)['test_1.txt']).toMatch(/leaves 10 pictures unnamed/)
  })
})

describe('folders that are numbered, and a list of names beside them', () => {
  it.each<[string, string[], Record<string, string>, string[]]>([
    ['a number in each line', ['0', '1', '2'], { 'labels_map.txt': '0 daisy\n1 rose\n2 tulip' }, ['daisy', 'rose', 'tulip']],
    ['zeros before the number', ['000', '001', '002'], { 'labels_map.txt': '0 daisy\n1 rose\n2 tulip' }, ['daisy', 'rose', 'tulip']],
    ['JSON', ['1', '2', '10'], { 'cat_to_name.json': '{"10": "thistle", "1": "primrose", "2": "orchid"}' }, ['primrose', 'orchid', 'thistle']],
    ['YOLO, names in brackets', ['0', '1'], { 'data.yaml': 'nc: 2\nnames: ["cat", \'big dog\']\n' }, ['cat', 'big dog']],
    ['YOLO, names in lines', ['0', '1'], { 'data.yaml': 'path: .\nnames:\n  0: cat\n  1: big dog\nnc: 2\n' }, ['cat', 'big dog']],
    ['codes of WordNet', ['n01440764', 'n01443537'], { 'words.txt': 'n00001740\tentity\nn01440764\ttench, Tinca tinca\nn01443537\tgoldfish' }, ['tench, Tinca tinca', 'goldfish']]
  ])('are named by it: %s', async (_, folders, texts, classes) => {
    const found = await look(inFolders(folders), texts)
    expect(found).toMatchObject({ classes, splits: { train: { perClass: classes.map(() => 6) } } })
    expect(found.assumed.map(({ en }) => en)).toEqual([`The classes are named by ${Object.keys(texts)[0]}.`])
  })

  it.each([['too short', '0 daisy\n1 rose'], ['with a name twice', '0 daisy\n1 daisy\n2 rose'], ['of something else', 'Read me first.\n\nThanks.']])(
    'keep their numbers where the list does not fit: %s', async (_, text) => {
      expect(await look(inFolders(['0', '1', '2']), { 'labels.txt': text })).toMatchObject({ classes: ['0', '1', '2'], assumed: [] })
    })
})

describe('folders of well-known sets', () => {
  it('Tiny ImageNet: pictures of val and test have no class folders, and none is called "images"', async () => {
    const found = await look([...inFolders(each(['train'], ['n01443537/images', 'n01629819/images'])), ...inFolders(['val/images', 'test/images'])])
    expect(found).toMatchObject({ classes: ['n01443537', 'n01629819'], questions: [] })
    expect(counts(found)).toEqual({ train: [6, 6] })
    expect(Object.keys(leftOut(found)).sort()).toEqual(['test/images', 'val/images'])
  })

  it('one folder of classes beside one of annotations', async () => {
    const found = await look(inFolders(['101_ObjectCategories/cat', '101_ObjectCategories/dog', 'Annotations']))
    expect(found).toMatchObject({ classes: ['cat', 'dog'], questions: [] })
    expect(leftOut(found)).toEqual({ Annotations: expect.stringMatching(/masks or annotations/) as string })
  })

  it('one folder of classes beside one of pictures without labels, which wait', async () => {
    const found = await look(inFolders(['labelled/cat', 'labelled/dog', 'unlabelled']))
    expect(found).toMatchObject({ classes: ['cat', 'dog'], questions: [], splits: { unlabelled: { count: 6 } } })
    expect(found.splits.unlabelled?.perClass).toBeUndefined()
    expect(leftOut(found)).toEqual({})
  })

  it('folds of a cross-validation are taken together, and are no domains', async () => {
    const found = await look(inFolders(each(['fold_1', 'fold_2', 'fold_3'], ['cat', 'dog'])))
    expect(found).toMatchObject({ classes: ['cat', 'dog'], domains: [], splits: { train: { perClass: [18, 18] } } })
    expect(found.assumed[0]!.en).toMatch(/taken together.*read as domains/)
  })

  it.each<[string, string[], Record<string, string>, string]>([
    ['VOC', inFolders(['images']), Object.fromEntries(six.map((at) => [`annotations/${at}.xml`, '<annotation/>'])), 'annotations/0.xml'],
    ['YOLO', inFolders(['images/train', 'images/val']),
      Object.fromEntries(['train', 'val'].flatMap((split) => six.map((at) => [`labels/${split}/${at}.txt`, '0 1 1 1 1']))), 'labels/train/0.txt'],
    ['LabelMe', inFolders(['.']), Object.fromEntries(six.map((at) => [`${at}.json`, '{"shapes": []}'])), '0.json']
  ])('a file of notes for each picture is said, and the pictures are unlabelled: %s', async (_, pictures, texts, named) => {
    const found = await look(pictures, texts)
    expect(found.classes).toEqual([])
    expect(leftOut(found)[named]).toMatch(/no notes on single pictures/)
  })
})

describe('tables', () => {
  const rows = (row: (at: number) => string): string => six.map(row).join('\n')
  it('ids that a spreadsheet took the zeros from find their pictures, and it is said', async () => {
    const found = await look(six.map((at) => `images/0000${at}.png`), { 'labels.csv': `id,target\n${rows((at) => `${at},${at % 2 ? 'x' : 'y'}`)}` })
    expect(found).toMatchObject({ format: 'csv', classes: ['x', 'y'], splits: { train: { perClass: [3, 3] } } })
    expect(found.assumed[0]!.en).toMatch(/without the zeros/)
  })

  it('names of classes stand beside their numbers', async () => {
    expect(await look(six.map((at) => `${at}.png`), { 'train.csv': `image,label,label_name\n${rows((at) => `${at}.png,${at % 2},${at % 2 ? 'cat' : 'dog'}`)}` })).toMatchObject({ classes: ['cat', 'dog'] })
  })

  it('two columns of paths: the one whose pictures are there counts', async () => {
    const found = await look(inFolders(['set/train/real', 'set/train/fake']), {
      'train.csv': `,original_path,label,path\n${['real', 'fake'].flatMap((name) => six.map((at) => `${at},/kaggle/old_${at}.jpg,${name},train/${name}/${at}.png`)).join('\n')}`
    })
    expect(found).toMatchObject({ format: 'csv', classes: ['fake', 'real'], splits: { train: { perClass: [6, 6] } } })
  })
})

describe('what is not opened', () => {
  it('is the reason where a folder gives nothing', async () => {
    await expect(look([], { 'train.zip': 'PK' })).rejects.toMatchObject({ value: { message: { en: expect.stringMatching(/^set holds no images\. train\.zip: An archive inside/) } } })
    await fs.rm(join(place.folder, 'set'), { recursive: true })
    await expect(look([], { 'x_train.npy': 'NUMPY' })).rejects.toMatchObject({ value: { message: { en: expect.stringMatching(/Nothing is read from a NumPy file/) } } })
  })

  it('is listed beside pictures, whatever tells their classes', async () => {
    const found = await look(six.map((at) => `train/${at}.png`), { 'labels.csv': `id,label\n${six.map((at) => `${at},${at % 2}`).join('\n')}`, 'test.7z': '7z', 'clip.mp4': 'x' })
    expect(found.format).toBe('csv')
    expect(leftOut(found)).toEqual({ 'test.7z': expect.stringMatching(/unpack it/) as string, 'clip.mp4': expect.stringMatching(/video/) as string })
  })

  it.each<[string, string, RegExp]>([
    ['pets.7z', '377abcaf271c0004', /pets\.7z is packed as 7z, which Graft does not unpack/], ['pets.rar', '526172211a070100', /packed as RAR/],
    ['pets.zip', '526172211a070100', /packed as RAR/], ['pets.tar.xz', 'fd377a585a000004', /packed as xz/], ['pets.tar.bz2', '425a683931415926', /packed as bzip2/],
    ['pets.tar.zst', '28b52ffd04580000', /packed as Zstandard/], ['pets.zip.001', '504b030414000000', /one part of an archive/], ['pets.z01', '504b030414000000', /one part of an archive/],
    ['pets.parquet', '50415231', /Nothing is read from a Parquet file/], ['pets.heif2', '00', /in no format that Graft knows/]
  ])('of a file is said as it is: %s (%s)', async (name, start, reason) => {
    const path = join(place.folder, name)
    await fs.writeFile(path, Buffer.concat([Buffer.from(start, 'hex'), Buffer.alloc(64, 7)]))
    await expect(inspectDataset(place.library, { path })).rejects.toMatchObject({ value: { message: { en: expect.stringMatching(reason) } } })
  })

  it('of an archive is listed, and its lists are read: tables in JSON, names of classes, pictures without an ending', async () => {
    const pictures = await Promise.all(six.map(picture))
    const path = join(place.folder, 'pets.zip')
    const entry = (name: string, content: string | Buffer) => ({ name, content: Buffer.from(content) })
    await fs.writeFile(path, zipFile([
      ...pictures.map((content, at) => entry(`images/${at}.png`, content)), entry('images/scan.dcm', 'x'), entry('more.zip', 'PK'),
      entry('labels.json', JSON.stringify(Object.fromEntries(six.map((at) => [`${at}.png`, at % 2 ? 'cat' : 'dog']))))
    ]))
    const found = await inspectDataset(place.library, { path })
    expect(found).toMatchObject({ classes: ['cat', 'dog'], splits: { train: { perClass: [3, 3] } } })
    expect(leftOut(found)).toEqual({ 'images/scan.dcm': expect.stringMatching(/DICOM/) as string, 'more.zip': expect.stringMatching(/unpack it/) as string })
    await fs.writeFile(path, zipFile([...pictures.map((content, at) => entry(`${at % 2 ? 'cat' : 'dog'}/${at}`, content)), entry('readme', 'x')]))
    expect(await inspectDataset(place.library, { path })).toMatchObject({ classes: ['cat', 'dog'], total: 6 })
    await fs.writeFile(path, zipFile(pictures.map((content, at) => ({ ...entry(`cat/${at}.png`, content), encrypted: true }))))
    await expect(inspectDataset(place.library, { path })).rejects.toMatchObject({
      value: { message: { en: expect.stringMatching(/cat\/0\.png: It is encrypted/) as string } }
    })
  })
})
