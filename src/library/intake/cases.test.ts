import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { splitNames, type Dataset } from '../../contract/datasets'
import type { Inspection } from '../../contract/inspections'
import { sharedData, useWorkplace } from '../testing'
import { importDataset } from './import'
import { decodeImage } from '../../images/decode'
import { inspectDataset } from './inspection/inspect'

/** Folders as people bring them, with the right value of each: `../shared/data/cases/README.md`. */
const place = useWorkplace()
const cases = sharedData('cases')

const look = (path: string, options: object = {}): Promise<Inspection> => inspectDataset(place.library, { path: join(cases!, path), ...options })
const add = (path: string, options: object = {}): Promise<Dataset> =>
  importDataset(place.library, { path: join(cases!, path), id: 'case', validation: 0, ...options })
const counts = ({ splits }: Inspection): Record<string, number[] | undefined> =>
  Object.fromEntries(splitNames.flatMap((name) => splits[name] ? [[name, splits[name].perClass]] : []))
const leftOut = ({ broken }: Inspection): Record<string, string> =>
  Object.fromEntries(broken.files.map(({ path, reason }) => [path.replaceAll('\\', '/'), reason.en]))
/** Images of each class, all splits together. */
const perClass = ({ classes, splits }: Pick<Dataset, 'classes' | 'splits'>): Record<string, number> => Object.fromEntries(classes.map((name, index) =>
  [name, splitNames.reduce((sum, split) => sum + (splits[split]?.perClass?.[index] ?? 0), 0)]))

describe.skipIf(!cases)('folders that people bring (needs ../shared/data/cases)', () => {
  it('a level that holds one and the same folder everywhere is no level', async () => {
    expect(await look('level-with-one-folder')).toMatchObject({
      domains: ['amazon', 'dslr', 'webcam'], classes: ['back_pack', 'bike', 'mug'], questions: [], broken: { count: 0 },
      splits: { train: { perClass: [18, 18, 18], perDomain: [18, 18, 18] } }
    })
    expect(await add('level-with-one-folder')).toMatchObject({ domains: ['amazon', 'dslr', 'webcam'], classes: ['back_pack', 'bike', 'mug'] })
  })

  it.each([
    ['a-cats', ['cats', 'dogs'], { train: [8, 8], test: [4, 4] }, []],
    ['b-intel', ['buildings', 'forest', 'sea'], { train: [8, 8, 8], test: [4, 4, 4] }, ['seg_pred']],
    ['d-plus-extra', ['NORMAL', 'PNEUMONIA'], { train: [8, 8], test: [4, 4] }, ['figures']],
    ['e-sets', ['cats', 'dogs'], { train: [8, 8], test: [4, 4] }, []],
    ['g-dev', ['cats', 'dogs'], { train: [8, 8], validation: [3, 3], test: [4, 4] }, []],
    ['i-train-images', ['cats', 'dogs'], { train: [8, 8], test: [4, 4] }, []]
  ])('split-names/%s gives its splits, and names what is none', async (name, classes, expected, others) => {
    const found = await look(`split-names/${name}`)
    expect(found).toMatchObject({ classes, domains: [], questions: [] })
    expect(counts(found)).toEqual(expected)
    expect(Object.keys(leftOut(found))).toEqual(others)
    const dataset = await add(`split-names/${name}`)
    expect(Object.fromEntries(Object.entries(dataset.splits).map(([split, part]) => [split, part!.perClass]))).toEqual(expected)
  })

  it.each([['recycle', ['cat', 'dog']], ['skip', ['no_skip', 'skip']], ['synology', ['cat', 'dog']], ['synology-top', ['cat', 'dog']]])(
    'left-behind/%s: what systems leave behind is passed over', async (name, classes) => {
      const found = await look(`left-behind/${name}`)
      expect(found).toMatchObject({ classes, questions: [], broken: { count: 0 }, splits: { train: { perClass: [8, 8] } } })
    })

  it.each([
    ['tables/a-dogbreed', ['beagle', 'collie'], [6, 6]], ['tables/b-aptos', ['0', '1'], [6, 6]], ['tables/c-folder', ['a', 'b'], [6, 6]],
    ['tables/e-win', ['a', 'b'], [6, 6]], ['tables/i-jpgcase', ['a', 'b'], [6, 6]],
    ['one-column-a-class/isic', ['BCC', 'MEL', 'NV'], [4, 4, 4]], ['one-column-a-class/paths', ['BCC', 'MEL', 'NV'], [4, 4, 4]],
    ['one-column-a-class/plant', ['healthy', 'multiple_diseases', 'rust'], [4, 4, 4]]
  ])('%s: the table that lies there is used', async (path, classes, expected) => {
    const found = await look(path)
    expect(found).toMatchObject({ format: 'csv', classes, questions: [], splits: { train: { perClass: expected } } })
    const added = await add(path)
    expect(perClass(added)).toEqual(Object.fromEntries(classes.map((name, index) => [name, expected[index]])))
    if (path !== 'tables/a-dogbreed') return expect(leftOut(found)).toEqual({})
    expect(leftOut(found)).toEqual({ 'sample_submission.csv': expect.stringMatching(/not used/) as string })
    expect(found.splits).toEqual({ train: { count: 12, perClass: [6, 6] }, unlabelled: { count: 4 } })
    expect(added.splits).toMatchObject({ unlabelled: { count: 4 } })
  })

  it('a cell or a row of several labels is said, and never a class "cat,dog"', async () => {
    // Eight of its twelve rows carry two labels.
    for (const read of [look, add]) {
      await expect(read('one-column-a-class/multilabel')).rejects.toMatchObject({
        code: 'several-labels', value: { message: { en: expect.stringMatching(/8 of 12 pictures several labels at once \(cat, dog\)/) as unknown } }
      })
    }
  })

  it('few-pictures/two and tiny: which classes will have no test picture stands before the import', async () => {
    const two = await look('few-pictures/two')
    expect(two.findings.find(({ id }) => id === 'no-test-pictures')?.text.en).toContain('“orchid”')
    const dataset = await add('few-pictures/two')
    expect(dataset.splits.test!.perClass![dataset.classes.indexOf('orchid')]).toBe(0)
    const tiny = await look('few-pictures/tiny')
    expect(tiny.findings.find(({ id }) => id === 'no-test-pictures')?.text.en).toContain('no score')
    expect((await add('few-pictures/tiny', { id: 'tiny' })).splits.test).toBeUndefined()
  })

  it('few-pictures/imbalance is a finding, flowers names the class of one picture, oneclass is refused', async () => {
    expect((await look('few-pictures/imbalance')).findings.find(({ id }) => id === 'imbalance')?.text.en).toMatch(/“ok” has 200 training images, “defect” 3/)
    expect((await look('few-pictures/flowers')).findings.find(({ id }) => id === 'small-classes')?.text.en).toContain('“orchid”')
    const decoded: number[] = []
    await expect(importDataset(place.library, { path: join(cases!, 'few-pictures/oneclass') }, {
      onProgress: ({ phase, done }) => { if (phase === 'reading') decoded.push(done) }
    })).rejects.toMatchObject({ code: 'one-class' })
    expect(decoded).toEqual([])
  })

  it('picture-files/all: every readable file has its levels, and the others their reasons', async () => {
    const found = await look('picture-files/all')
    expect(leftOut(found)).toEqual({
      'b/empty.jpg': 'The file is empty.', 'b/html.jpg': 'It is not an image that Graft can read.', 'b/truncated.jpg': 'The image is cut off or damaged.',
      'b/fakeheic.jpg': 'HEIC pictures cannot be read; save them as JPEG.'
    })
    expect(found).toMatchObject({ total: 19, lookedAt: 19 })
    expect(found.findings.find(({ id }) => id === 'scaled')?.text.en).toMatch(/^2 TIFF or JPEG 2000 files/)
    // Ramps over 24 × 24 pixels, of 0 to 1, to 4095 and to 65535: pixel i is at i / 575 of the range in each.
    for (const name of ['float01.tif', 'gray12in16.tif', 'gray16.tif', 'gray16.png']) {
      const pixels = await decodeImage(join(cases!, 'picture-files/all/a', name), [24, 24])
      const off = Array.from({ length: 576 }, (_, index) => Math.abs(pixels[3 * index]! - index / 575 * 255))
      expect(`${name} ${Math.max(...off) <= 1}`).toBe(`${name} true`)
    }
  })

  it('picture-files: PGM, PPM, JPEG 2000 and files without an ending are read', async () => {
    expect(await look('picture-files/orl')).toMatchObject({ classes: ['s1', 's2', 's10'], splits: { train: { perClass: [6, 6, 6] } }, broken: { count: 0 } })
    expect(await look('picture-files/mixed-ppm')).toMatchObject({ splits: { train: { perClass: [12, 12] } }, broken: { count: 0 } })
    expect(await look('picture-files/noext')).toMatchObject({ splits: { train: { perClass: [6, 6] } }, broken: { count: 0 } })
    expect(await look('picture-files/jp2')).toMatchObject({ splits: { train: { perClass: [4, 4] } }, broken: { count: 0 } })
  })
})
