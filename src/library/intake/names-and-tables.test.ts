import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { splitNames, type Dataset, type NameEncoding } from '../../contract/datasets'
import type { Inspection } from '../../contract/inspections'
import { useWorkplace } from '../testing'
import { importDataset } from './import'
import { inspectDataset } from './inspection/inspect'
import { leftOut, noisePictures, said } from './testing'

/** Folders and tables as people of other languages and other programs have them; the pictures are noise. */
const place = useWorkplace()

const picture = noisePictures()
async function write(path: string, content: Uint8Array | string): Promise<void> {
  const whole = join(place.folder, 'set', path)
  await fs.mkdir(dirname(whole), { recursive: true })
  await fs.writeFile(whole, content)
}
/** So many pictures in each folder, 0.png first. */
async function make(folders: Record<string, number>, files: Record<string, Uint8Array | string>): Promise<string> {
  for (const [folder, count] of Object.entries(folders)) for (let index = 0; index < count; index++) await write(`${folder}/${index}.png`, await picture())
  for (const [path, content] of Object.entries(files)) await write(path, content)
  return join(place.folder, 'set')
}
type Files = Record<string, Uint8Array | string>
const look = async (folders: Record<string, number>, files: Files = {}, options: { encoding?: NameEncoding } = {}): Promise<Inspection> =>
  inspectDataset(place.library, { path: await make(folders, files), ...options })
const add = async (folders: Record<string, number>, files: Files, options: { encoding?: NameEncoding } = {}): Promise<Dataset> =>
  importDataset(place.library, { path: await make(folders, files), ...options })
const both = (folders: readonly string[], count: number): Record<string, number> => Object.fromEntries(folders.flatMap((folder) => [[`${folder}/cat`, count], [`${folder}/dog`, count]]))
const counts = ({ splits }: Inspection): Record<string, number[] | undefined> =>
  Object.fromEntries(splitNames.flatMap((name) => splits[name] ? [[name, splits[name].perClass]] : []))

describe('splits in other languages', () => {
  it.each<[string, string, string?]>([
    ['训练数据', '测试数据'], ['训练样本', '测试样本', '验证样本'], ['训练用', '测试用'], ['訓練データ', 'テストデータ'], ['学習用', '評価用'], ['학습', '시험', '검증'], ['훈련 데이터', '테스트 데이터'],
    ['обучение', 'тест'], ['Обучающая выборка', 'Тестовая выборка'], ['Trainingsdaten', 'Testdaten', 'Validierungsdaten'], ['Trainingsbilder', 'Testbilder'],
    ['donnees_apprentissage', 'donnees_test'], ['conjunto de entrenamiento', 'conjunto de prueba'], ['trening', 'test', 'walidacja'], ['eğitim', 'test', 'doğrulama'],
    ['تدريب', 'اختبار'], ['huấn luyện', 'kiểm tra'], ['trainingsset', 'testset'], ['навчання', 'тест'],
    ['प्रशिक्षण', 'परीक्षण', 'सत्यापन'], ['प्रशिक्षण डेटा', 'परीक्षण डेटा'], ['ฝึก', 'ทดสอบ', 'ตรวจสอบ'], ['ชุดข้อมูลฝึก', 'ชุดข้อมูลทดสอบ'], ['பயிற்சி', 'சோதனை'], ['প্রশিক্ষণ', 'পরীক্ষা']
  ])('are splits and no domains, so that what is for testing does not train: %s', async (train, test, validation) => {
    const found = await look({ ...both([train], 4), ...both([test], 2), ...(validation !== undefined && both([validation], 3)) })
    expect(found).toMatchObject({ classes: ['cat', 'dog'], domains: [], questions: [] })
    expect(counts(found)).toEqual({ train: [4, 4], test: [2, 2], ...(validation !== undefined && { validation: [3, 3] }) })
  })

  it.each([['testis', 'training'], ['trains', 'buses'], ['验证码', '图标']])('and words that only begin as one are classes: %s, %s', async (one, other) => {
    expect(await look({ [one]: 4, [other]: 4 })).toMatchObject({ classes: [one, other].sort(), splits: { train: { count: 8 } } })
  })
})

describe('splits inside and beside', () => {
  it('a test folder none of whose folders is a class that is trained on has no labels', async () => {
    const found = await look({ ...both(['train', 'val'], 4), 'test/unknown': 3 })
    expect(found.classes).toEqual(['cat', 'dog'])
    expect(leftOut(found)).toEqual({ test: 'None of its folders (“unknown”) is a class of the training images, so its 3 images are left out.' })
  })

  it('a domain that is left out for testing keeps its classes', async () => {
    const found = await look({ ...both(['train/art', 'train/photo'], 4), ...both(['test/sketch'], 3) })
    expect(found).toMatchObject({ domains: ['art', 'photo', 'sketch'], classes: ['cat', 'dog'] })
    expect(counts(found)).toEqual({ train: [8, 8], test: [3, 3] })
  })

  it('New Plant Diseases: splits two folders down, and a test folder beside', async () => {
    const found = await look({ ...both(['New Plants/New Plants/train', 'New Plants/New Plants/valid'], 4), 'test/test': 3 })
    expect(counts(found)).toEqual({ train: [4, 4], validation: [4, 4] })
    expect(Object.keys(leftOut(found))).toEqual(['test/test'])
  })

  it('folds of a cross-validation: the first, and the others by name', async () => {
    const found = await look({ ...both(['fold_0/train', 'fold_1/train'], 4), ...both(['fold_0/test', 'fold_1/test'], 2) })
    expect(found).toMatchObject({ domains: [], questions: [] })
    expect(counts(found)).toEqual({ train: [4, 4], test: [2, 2] })
    expect(leftOut(found).fold_1).toMatch(/Its 12 images are left out/)
  })

  it('a domain and a split in each name are domains of splits', async () => {
    const found = await look({ ...both(['real_train', 'sketch_train'], 4), ...both(['real_test', 'sketch_test'], 2) })
    expect(found).toMatchObject({ domains: ['real', 'sketch'], questions: [], splits: { train: { perDomain: [8, 8] }, test: { perDomain: [4, 4] } } })
    expect(said(found)).toContain('“sketch_test” = test')
  })

  it('YOLO: pictures beside empty labels are no class "images"', async () => {
    const found = await look({ 'train/images': 4, 'valid/images': 2 }, { 'train/labels/0.txt': '0 .5 .5 .1 .1', 'train/labels/1.txt': '0 .5 .5 .1 .1', 'train/labels/2.txt': '0 .5 .5 .1 .1' })
    expect(found.classes).toEqual([])
    expect(Object.keys(leftOut(found))).toEqual(['train/labels/0.txt'])
  })

  it('a picture that lies in iCloud alone is named', async () => {
    expect(leftOut(await look({ cat: 3, dog: 3 }, { 'cat/.IMG_1.jpg.icloud': 'x' }))).toEqual({ 'cat/IMG_1.jpg': 'It lies in iCloud and not on this machine; download it first.' })
  })
})

const twelve = Array.from({ length: 12 }, (_, index) => index)
const lines = (header: string, row: (index: number) => string): string => [...header === '' ? [] : [header], ...twelve.map(row)].join('\n')
const classOf = (index: number): string => index % 2 ? 'cat' : 'dog'
/** 猫 and 狗 in GBK, as the encoding's table (iconv) has them. */
const gbk = (text: string): Buffer => Buffer.from([...text].flatMap((character) => character === '猫' ? [0xc3, 0xa8] : character === '狗' ? [0xb9, 0xb7] : [...Buffer.from(character)]))
/** キツネ and いぬ in Shift JIS. */
const shiftJis = (text: string): Buffer => Buffer.from(text.replaceAll('キツネ', '\x83\x4c\x83\x63\x83\x6c').replaceAll('いぬ', '\x82\xa2\x82\xca'), 'latin1')

describe('tables in other encodings', () => {
  it.each<[string, Buffer, string[], RegExp]>([
    ['GBK', gbk(lines('file,label', (index) => `${index}.png,${index % 2 ? '猫' : '狗'}`)), ['狗', '猫'], /Chinese, simplified \(GBK\)/],
    ['Shift JIS', shiftJis(lines('file,label', (index) => `${index}.png,${index % 2 ? 'キツネ' : 'いぬ'}`)), ['いぬ', 'キツネ'], /Japanese/],
    ['Windows-1252', Buffer.from(lines('Datei;Klasse', (index) => `${index}.png;${index % 2 ? 'Kätzchen' : 'Hündchen'}`), 'latin1'), ['Hündchen', 'Kätzchen'], /Windows-1252/],
    ['UTF-16 without its mark', Buffer.from(lines('file\tlabel', (index) => `${index}.png\t${index % 2 ? 'Kätzchen' : 'Hündchen'}`), 'utf16le'), ['Hündchen', 'Kätzchen'], /^/]
  ])('are read in it, and it is said: %s', async (_, bytes, classes, words) => {
    const found = await look({ images: 12 }, { 'labels.csv': bytes })
    expect(found).toMatchObject({ format: 'csv', classes, splits: { train: { perClass: [6, 6] } } })
    expect(said(found)).toMatch(words)
  })
})

/** 狗 and 刀 in GBK: in Big5, Shift JIS and EUC-KR the same bytes are words, too. */
const unclear = (text: string): Buffer => Buffer.from(text.replaceAll('狗', '\xb9\xb7').replaceAll('刀', '\xb5\xb6'), 'latin1')
describe('tables and lists that are words in several encodings', () => {
  const table = { 'labels.csv': unclear(lines('file,label', (index) => `${index}.png,${index % 2 ? '狗' : '刀'}`)) }
  it('are asked about, with what each gives, and read as a person says', async () => {
    const found = await look({ images: 12 }, table)
    expect(found.questions.map(({ id, readings }) => [id, readings.map(({ value, classes }) => [value, classes])])).toEqual([['encoding', [
      ['gb18030', ['刀', '狗']], ['big5', ['絮', '僩']], ['euc-kr', ['독', '뭍']]
    ]]])
    await expect(add({ images: 12 }, table)).rejects.toMatchObject({ code: 'reading-unclear', value: { field: 'encoding' } })
    expect((await add({ images: 12 }, table, { encoding: 'euc-kr' })).classes).toEqual(['독', '뭍'])
    expect((await look({ images: 12 }, table, { encoding: 'big5' })).questions).toEqual([])
  })

  it('name classes by number as a person says', async () => {
    const list = { 'labels.txt': unclear('0 狗\n1 刀') }
    expect((await look({ 0: 4, 1: 4 }, list)).questions).toMatchObject([{ id: 'encoding' }])
    expect(await look({ 0: 4, 1: 4 }, list, { encoding: 'gb18030' })).toMatchObject({ classes: ['狗', '刀'], questions: [] })
  })

  it('written in UTF-8 stay so, whatever is said of an archive beside them', async () => {
    const plain = { 'labels.csv': lines('file,label', (index) => `${index}.png,${index % 2 ? '狗' : '刀'}`) }
    expect((await look({ images: 12 }, plain, { encoding: 'shift_jis' })).classes).toEqual(['刀', '狗'])
  })
})

describe('lists in other encodings', () => {
  it('name the classes, and the splits', async () => {
    const found = await look({ 0: 4, 1: 4 }, { 'labels.txt': gbk('0 猫\n1 狗') })
    expect(found.classes).toEqual(['猫', '狗'])
  })

  it('of splits', async () => {
    const list = (from: number, to: number): Buffer => gbk(['猫', '狗'].flatMap((name) => [0, 1, 2, 3].slice(from, to).map((index) => `${name}/${index}.png`)).join('\n'))
    expect(counts(await look({ 猫: 4, 狗: 4 }, { 'train.txt': list(0, 3), 'test.txt': list(3, 4) }))).toEqual({ train: [3, 3], test: [1, 1] })
  })
})

describe('columns of tables', () => {
  const read = (table: string, path = 'labels.csv'): Promise<Inspection> => look({ images: 12 }, { [path]: table })
  it.each<[string, string, Record<string, number[]>]>([
    ['is_valid', lines('fname,label,is_valid', (index) => `images/${index}.png,${classOf(index)},${index > 8 ? 'True' : 'False'}`), { train: [4, 5], validation: [2, 1] }],
    ['is_training_image', lines('file,label,is_training_image', (index) => `images/${index}.png,${classOf(index)},${index > 8 ? 0 : 1}`), { train: [4, 5], test: [2, 1] }],
    ['test', lines('file,label,test', (index) => `images/${index}.png,${classOf(index)},${index > 8 ? 1 : 0}`), { train: [4, 5], test: [2, 1] }],
    ['FER2013\'s Usage', lines('file,emotion,Usage', (index) => `images/${index}.png,${classOf(index)},${index > 9 ? 'PrivateTest' : index > 7 ? 'PublicTest' : 'Training'}`),
      { train: [4, 4], validation: [1, 1], test: [1, 1] }]
  ])('of yes and no, and words for splits, are the splits: %s', async (_, table, expected) => {
    const found = await read(table)
    expect(found.classes).toEqual(['cat', 'dog'])
    expect(counts(found)).toEqual(expected)
  })

  it('one of several columns of classes may be called "train"', async () => {
    const found = await read(lines('file,boat,train', (index) => `images/${index}.png,${index % 2},${1 - index % 2}`))
    expect(found).toMatchObject({ classes: ['boat', 'train'], splits: { train: { perClass: [6, 6] } } })
    expect(counts(found)).toEqual({ train: [6, 6] })
  })

  it('HAM10000: a column "dataset" that says no splits is none', async () => {
    const found = await read(lines('lesion_id,image_id,dx,age,dataset', (index) => `L${index},${index},${index % 2 ? 'nv' : 'mel'},80,${index % 3 ? 'vidir_modern' : 'rosendahl'}`))
    expect(found).toMatchObject({ classes: ['mel', 'nv'], splits: { train: { perClass: [6, 6] } } })
    expect(said(found)).toContain('The column “dataset” says no splits')
  })

  it.each<[string, string]>([
    ['a score', lines('', (index) => `images/${index}.png,${classOf(index)},0.${90 - index}`)],
    ['a box, as RetinaNet\'s', lines('', (index) => `images/${index}.png,${index * 3},${index + 4},${index * 2 + 50},${index + 60},${classOf(index)}`)],
    ['the class\'s number', lines('', (index) => `images/${index}.png,${index % 2},${classOf(index)}`)]
  ])('without names: %s is neither the label nor a domain', async (_, table) => {
    expect(await read(table)).toMatchObject({ classes: ['cat', 'dog'], domains: [], splits: { train: { perClass: [6, 6] } } })
  })

  it.each<[string, string]>([
    ['German', lines('Dateiname;Klasse;Bemerkung', (index) => `${index}.png;${classOf(index)};gut ${index}`)],
    ['Chinese', lines('文件名,种类,备注', (index) => `${index}.png,${classOf(index)},好${index}`)],
    ['numbers with a point beside names', lines('class id,filepaths,labels,data set', (index) => `${index % 2}.0,images/${index}.png,${classOf(index)},train`)],
    ['addresses', lines('image_url,label', (index) => `https://example.org/a%20b/${index}.png?size=1,${classOf(index)}`)]
  ])('are understood: %s', async (_, table) => {
    expect(await read(table)).toMatchObject({ format: 'csv', classes: ['cat', 'dog'], splits: { train: { perClass: [6, 6] } } })
  })

  it.each(['annotations/labels.csv', 'labels/list.csv', 'docs/labels.csv'])('may lie in a folder beside the pictures: %s', async (path) => {
    expect(await read(lines('file,label', (index) => `${index}.png,${classOf(index)}`), path)).toMatchObject({ format: 'csv', classes: ['cat', 'dog'] })
  })

  it('EuroSAT: tables of splits in the only folder are used', async () => {
    const rows = (from: number, to: number): string => [',Filename,Label,ClassName', ...['Crop', 'Wood'].flatMap((name, label) => twelve.slice(from, to).map((index) => `${index},${name}/${index}.png,${label},${name}`))].join('\n')
    const found = await look({ 'EuroSAT/Crop': 8, 'EuroSAT/Wood': 8 }, { 'EuroSAT/train.csv': rows(0, 5), 'EuroSAT/test.csv': rows(5, 8) })
    expect(found.classes).toEqual(['Crop', 'Wood'])
    expect(counts(found)).toEqual({ train: [5, 5], test: [3, 3] })
  })

  it('a table whose label is unclear is named with the reason, and so is one of pixels', async () => {
    expect(leftOut(await read(lines('image_path,animal,colour', (index) => `${index}.png,${classOf(index)},red`)))['labels.csv']).toMatch(/unclear \(“animal”, “colour”\)/)
    const pixels = lines(['label', ...Array.from({ length: 20 }, (_, index) => `pixel${index}`)].join(','), (index) => [index % 2, ...Array.from({ length: 20 }, () => 7)].join(','))
    expect(leftOut(await read(pixels))['labels.csv']).toMatch(/holds the pixels/)
  })
})
