import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FolderMeaning, WithoutLabels } from '../../../../contract/datasets'
import { treeOf } from '#test/trees'
import { layoutOf } from './folders'
import { saysUnlabelled } from './unlabelled-folders'

const root = join('/', 'set')
function read(paths: readonly string[], options: { folders?: FolderMeaning, unlabelled?: WithoutLabels } = {}) {
  const leftOut: string[] = []
  const { classes, domains, images, assumed, question } = layoutOf(treeOf(root, paths), root, {
    ...options, skip: (path, { en }) => leftOut.push(`${path.replaceAll('\\', '/')}: ${en}`)
  })
  const counts: Record<string, number> = {}
  for (const { split, label, domain } of images) {
    const key = `${split} ${label === undefined ? '–' : classes[label]}${domain === undefined ? '' : `@${domains[domain]}`}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return { counts, leftOut, question, said: assumed.map(({ en }) => en).join(' ') }
}
const full = (folders: readonly string[], count = 2): string[] => folders.flatMap((folder) => Array.from({ length: count }, (_, number) => `${folder}/${number}.png`))
const labelled = { 'train cat': 2, 'train dog': 2 }

describe('a folder that is named for pictures nobody has labelled', () => {
  it('beside classes is no class: its pictures wait, and that is said', () => {
    for (const name of ['unlabelled', 'unlabeled', 'Unlabeled_images', 'to_label', 'to be labelled', 'not-annotated', 'no_label', '未标注', '无标签', '待标注']) {
      const { counts, said, question } = read(full(['cat', 'dog', name]))
      expect(counts, name).toEqual({ ...labelled, 'unlabelled –': 2 })
      expect(said).toContain(`“${name}” is read as 2 pictures without labels, not as a class`)
      expect(question).toBeUndefined()
    }
  })

  it('and names that only sound like it are classes', () => {
    for (const name of ['labelled', 'label', 'unknown', 'other', 'background', 'tomato', 'no', 'unable']) {
      expect(saysUnlabelled(name)).toBe(false)
      expect(read(full(['cat', 'dog', name])).counts[`train ${name}`]).toBe(2)
    }
  })

  it('is a class, or is left out, where a person says so', () => {
    expect(read(full(['cat', 'dog', 'unlabelled']), { unlabelled: 'class' }).counts).toEqual({ ...labelled, 'train unlabelled': 2 })
    const without = read(full(['cat', 'dog', 'unlabelled']), { unlabelled: 'leave-out' })
    expect(without.counts).toEqual(labelled)
    expect(without.leftOut).toEqual(['unlabelled: Pictures without labels are left out, as you said.'])
    // What the folders are is another question.
    expect(read(full(['cat', 'dog', 'unlabelled']), { folders: 'classes' }).counts).toEqual({ ...labelled, 'unlabelled –': 2 })
  })

  it('beside one folder that holds the classes is found too, and folders inside it count', () => {
    expect(read(full(['labelled/cat', 'labelled/dog', 'unlabelled'])).counts).toEqual({ ...labelled, 'unlabelled –': 2 })
    expect(read(full(['archive/labelled/cat', 'archive/labelled/dog', 'archive/unlabelled/a', 'archive/unlabelled/b'])).counts).toEqual({ ...labelled, 'unlabelled –': 4 })
  })

  it('beside splits, and in the training folder, waits; in a folder to test on it is not taken', () => {
    const splits = full(['train/cat', 'train/dog', 'test/cat', 'test/dog'])
    const tested = { 'test cat': 2, 'test dog': 2 }
    expect(read([...splits, ...full(['unlabeled'])]).counts).toEqual({ ...labelled, ...tested, 'unlabelled –': 2 })
    expect(read([...splits, ...full(['train/unlabeled'])]).counts).toEqual({ ...labelled, ...tested, 'unlabelled –': 2 })
    expect(read([...splits, ...full(['test/unlabeled'])]).counts['unlabelled –']).toBeUndefined()
  })

  it('in a domain waits in that domain; beside domains it would cost them and is left out by name', () => {
    const domains = full(['art/cat', 'art/dog', 'photo/cat', 'photo/dog'])
    expect(read([...domains, ...full(['photo/unlabelled'])]).counts['unlabelled –@photo']).toBe(2)
    const beside = read([...domains, ...full(['unlabelled'])])
    expect(beside.counts).toEqual({ 'train cat@art': 2, 'train dog@art': 2, 'train cat@photo': 2, 'train dog@photo': 2 })
    expect(beside.leftOut[0]).toMatch(/^unlabelled: .*belong to none of the domains/)
  })

  it('alone is a set without labels', () => {
    expect(read(full(['unlabelled'])).counts).toEqual({ 'train –': 2 })
  })

  it('that may as well be a class is asked about, with what each answer makes', () => {
    for (const name of ['unsorted', 'to sort', 'uncategorized', '未分类']) {
      const { question } = read(full(['cat', 'dog', name]))
      expect(question).toMatchObject({ id: 'unlabelled' })
      expect(question?.readings.map(({ value, classCount, splits }) => [value, classCount, splits])).toEqual([
        ['wait', 2, { train: 4, unlabelled: 2 }], ['class', 3, { train: 6 }], ['leave-out', 2, { train: 4 }]
      ])
      expect(read(full(['cat', 'dog', name]), { unlabelled: 'wait' }).question).toBeUndefined()
    }
  })
})

describe('pictures that lie loose beside class folders', () => {
  const loose = (count: number): string[] => [...full(['cat', 'dog']), ...Array.from({ length: count }, (_, number) => `IMG_${number}.jpg`)]

  it('wait for labels where they are many, and that is said', () => {
    const { counts, said } = read(loose(10))
    expect(counts).toEqual({ ...labelled, 'unlabelled –': 10 })
    expect(said).toContain('10 pictures lie loose beside the class folders')
    expect(read(loose(10), { unlabelled: 'leave-out' })).toMatchObject({ counts: labelled, leftOut: { length: 10 } })
  })

  it('are left out by name where they are few, as charts and logos are', () => {
    expect(read(loose(9))).toMatchObject({ counts: labelled, leftOut: { length: 9 } })
  })

  it('inside a class folder belong to the class', () => {
    expect(read([...full(['cat/a', 'cat/b', 'cat/c', 'dog']), ...full(['cat'], 12)]).counts).toEqual({ 'train cat': 18, 'train dog': 2 })
  })
})
