import { totalmem } from 'node:os'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { installSamples } from '../../library/datasets/samples'
import { mendDataset } from '../../library/intake'
import { onProcessor, samples, spec, text, useProgram } from './testing'

const place = useProgram()

describe('app', () => {
  it('examines the computer once when two screens ask at once', async () => {
    const { handlers, ends } = place.program()
    const asked = [handlers.app.doctor(), handlers.app.doctor()]
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({ kind: 'lost', error: { code: 'worker-killed', message: text('gone') } })
    for (const answer of asked) await expect(answer).rejects.toMatchObject({ code: 'worker-killed' })
    void handlers.app.doctor()
    await expect.poll(() => ends).toHaveLength(2)
  })

  it('goes by what was found the last time that somebody looked at the computer', async () => {
    const { handlers, ends } = place.program()
    expect(await handlers.advice.paces()).toEqual({ machine: onProcessor, memoryBytes: totalmem(), paces: [] })
    const asked = handlers.app.doctor()
    await expect.poll(() => ends).toHaveLength(1)
    const found = { ...onProcessor, chosen: { ...onProcessor.chosen, threads: 8 } }
    ends[0]?.({ kind: 'done', result: { ...found, versions: {}, folders: { data: 'd', cache: 'c' }, models: [], freeDiskBytes: 1 } })
    await asked
    expect((await handlers.advice.paces()).machine).toEqual(found)
  })

  it('tells whether a folder is among what was dropped', async () => {
    const { handlers } = place.program()
    expect(await handlers.app.anyFolder({ paths: ['/gone', place.dataDir] })).toBe(true)
    await writeFile(join(place.dataDir, 'a.png'), '')
    expect(await handlers.app.anyFolder({ paths: [join(place.dataDir, 'a.png'), '/gone'] })).toBe(false)
  })

  it('makes a data set of pictures and the classes they were given, and keeps their table only so long', async () => {
    await installSamples(place.library, samples)
    const { handlers, jobs, ends, launched } = place.program()
    const { id: taken } = (await place.library.datasets.list()).datasets[0]!
    await handlers.datasets.addLabelled({ folder: '/pictures', files: [{ file: '=1.png', class: 'cat' }, { file: 'b.png', class: 'dog' }], name: taken, size: [8, 8] })
    await expect.poll(() => ends).toHaveLength(1)
    const [job] = jobs.list()
    expect(job).toMatchObject({ kind: 'import-dataset', title: taken })
    const [{ input }] = launched as [{ input: { path: string, table: string, id: string, size: [number, number] } }]
    expect(input).toMatchObject({ path: '/pictures', id: `${taken}-2`, size: [8, 8] })
    expect(await readFile(input.table, 'utf8')).toBe('file,class\n./=1.png,cat\nb.png,dog\n')
    ends[0]?.({ kind: 'cancelled' })
    await expect.poll(() => readFile(input.table).catch(() => 'gone')).toBe('gone')
  })

  it('gives a second data set of corrections a free id, and a name in the language that the program speaks', async () => {
    await installSamples(place.library, samples)
    const { handlers, ends, launched } = place.program()
    const { id: from, name, splits } = (await place.library.datasets.list()).datasets[0]!
    await handlers.settings.set({ language: 'zh' })
    const plan = { dataset: from, classes: {}, corrections: [{ do: 'leave-out' as const, split: 'train' as const, position: 1 }] }
    await handlers.datasets.mend({ from, plan })
    await expect.poll(() => ends).toHaveLength(1)
    interface Input { id: string, name: string, from: string, plan: typeof plan }
    const inputs = (): Input[] => (launched as { input: Input }[]).map(({ input }) => input)
    const [first] = inputs()
    expect(first).toMatchObject({ from, plan, name: `${name}（已更正）` })
    await mendDataset(place.library, first!)
    ends[0]?.({ kind: 'cancelled' })
    const others = { dataset: from, classes: {}, corrections: [{ do: 'leave-out' as const, split: 'train' as const, position: 2 }] }
    await handlers.datasets.mend({ from, plan: others })
    await expect.poll(() => ends).toHaveLength(2)
    const second = inputs()[1]!
    expect(second.id).toBe(`${first!.id}-2`)
    expect((await mendDataset(place.library, second)).splits.train?.count).toBe(splits.train!.count - 1)
    await handlers.settings.set({ language: 'en' })
    ends[1]?.({ kind: 'cancelled' })
    await handlers.datasets.mend({ from, plan, id: 'mine' })
    await expect.poll(() => ends).toHaveLength(3)
    expect(inputs()[2]).toMatchObject({ id: 'mine', name: `${name}, corrected` })
  })

  it('saves what the window made where the person says, under a plain name', async () => {
    await mkdir(join(place.dataDir, 'out'))
    const { handlers } = place.program({ saveAs: join(place.dataDir, 'out', 'chart.csv') })
    expect(await handlers.app.saveFile({ suggestedName: '../../chart.csv', content: 'a,b' })).toBe('chart.csv')
    expect(await readFile(join(place.dataDir, 'out', 'chart.csv'), 'utf8')).toBe('a,b')
    expect(await place.program().handlers.app.saveFile({ suggestedName: 'x', content: 'y' })).toBeNull()
    expect(await readdir(join(place.dataDir, 'out'))).toEqual(['chart.csv'])
  })

  it('prints a page that the window made where the person says', async () => {
    const { handlers } = place.program({ saveAs: join(place.dataDir, 'page.pdf') })
    expect(await handlers.app.savePdf({ suggestedName: 'page.pdf', page: '<p>Runs</p>' })).toBe('page.pdf')
    expect(await readFile(join(place.dataDir, 'page.pdf'), 'utf8')).toBe('%PDF of <p>Runs</p>')
    expect(await place.program().handlers.app.savePdf({ suggestedName: 'page.pdf', page: '' })).toBeNull()
  })

  it('opens the folder of a run that exists, and no other', async () => {
    const { handlers, opened } = place.program()
    const run = await place.library.runs.create(spec, { names: { source: '', target: '', method: '' } })
    await handlers.app.openFolder({ kind: 'run', id: run.id })
    expect(opened).toEqual([place.library.runs.paths(run.id).folder])
    await expect(handlers.app.openFolder({ kind: 'run', id: 'none' })).rejects.toMatchObject({ code: 'run-not-found' })
  })
})
