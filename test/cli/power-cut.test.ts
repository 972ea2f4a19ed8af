import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../../src/engine/random'
import { openLibrary, type Library } from '../../src/library'
import { repair } from '../../src/library/repair'
import { built, graft } from './graft'
import { compileFaultyDisk } from './shared/faulty-disk'
import { drawPictures } from './shared/pictures'
import { readJournal, writeAfterPowerCut } from './shared/power-cut'

/*
 * The power goes at random moments of what people do, and takes with it all that was not flushed. What Graft had called saved is
 * there; what it had not is there whole or not at all. GRAFT_FAULT_CASES=50 cuts fifty times at each; by default ten.
 */
const cuts = Number(process.env['GRAFT_FAULT_CASES'] ?? 10)
const disk = built ? compileFaultyDisk() : undefined
if (built && !disk) console.info('Skipped: a disk that loses what was not flushed needs Linux and a C compiler.')

let place = ''
beforeAll(() => { place = mkdtempSync(join(tmpdir(), 'graft-power-')) })
afterAll(() => {
  rmSync(place, { recursive: true, force: true })
  disk?.remove()
})
const training = ['run', '--source', 'arch:lenet', '--target', 'digits', '--method', 'scratch', '--labels', '20', '--epochs', '6', '--epoch-steps', '5']

async function answer(dataDir: string, argv: readonly string[], env: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await graft([...argv, '--data-dir', dataDir, '--json'], { env })
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

/** Does it once under the journal, cuts the power at random moments of that, and looks at what each cut left. */
async function cutDuring(
  name: string, argv: readonly string[], look: (after: Library, wasSaid: boolean, answered: Record<string, unknown>, number: number) => Promise<void>
): Promise<void> {
  // All of them lie where the program wrote: /place/<name>/data.
  const dataDir = join(place, name, 'data')
  const before = join(place, `${name}-before`)
  if (!existsSync(dataDir)) cpSync(join(place, 'data'), dataDir, { recursive: true })
  cpSync(dataDir, before, { recursive: true })
  const journal = join(place, `${name}-journal`)
  const answered = await answer(dataDir, argv, disk!.environment({ under: join(place, name), journal }))
  const root = join(place, name)
  await fs.mkdir(join(place, `${name}-root`))
  await fs.rename(before, join(place, `${name}-root`, 'data'))
  const events = readJournal(journal)
  // A run first asks a process of its own what this machine has; what that one writes comes before the answer.
  const said = events.map(({ what }) => what).lastIndexOf('said')
  expect(said).toBeGreaterThan(0)
  const random = randomStream('power', name)
  for (let number = 0; number < cuts; number++) {
    // A fifth of them right after it was called done.
    const at = number % 5 === 0 ? said + 1 : 1 + random.integer(events.length)
    const target = join(place, 'after')
    writeAfterPowerCut(join(place, `${name}-root`), root, events.slice(0, at), target, () => random.uniform())
    const library = openLibrary(join(target, 'data'))
    try {
      await library.runs.interruptOrphans()
      expect((await repair(library)).damaged).toEqual([])
      await look(library, at > said, answered, number)
    } catch (error) {
      throw new Error(`${name}, the power cut after change ${at} of ${events.length} (called done at ${said})`, { cause: error })
    }
    rmSync(target, { recursive: true })
  }
}

describe.skipIf(!disk)('a power cut that takes what was not flushed (needs npm run build, Linux and a C compiler)', () => {
  let undisturbed = { id: '', metrics: {} as unknown }
  beforeAll(async () => {
    const pictures = join(place, 'pictures')
    await drawPictures(pictures)
    const { id } = await answer(join(place, 'data'), training) as { id: string }
    undisturbed = { id, metrics: (await openLibrary(join(place, 'data')).runs.get(id)).metrics }
  })

  it('leaves an imported data set whole or not at all, and whole once it was called done', async () => {
    await cutDuring('import', ['datasets', 'add', join(place, 'pictures'), '--id', 'pictures'], async (after, wasSaid) => {
      const has = await after.datasets.has('pictures')
      if (wasSaid) expect(has).toBe(true)
      if (has) expect((await after.datasets.get('pictures')).splits['train']!.count).toBeGreaterThan(100)
      expect((await after.datasets.get('digits')).splits['train']!.count).toBe(1167)
    })
  })

  it('leaves a run that goes on to the same numbers, and its result once it was called done', async () => {
    await cutDuring('run', training, async (after, wasSaid, answered, number) => {
      const run = (await after.runs.list()).runs.find(({ id }) => id === answered['id'])
      if (wasSaid) {
        expect(run?.state).toBe('done')
        expect(await after.runs.readMetrics(run!.id)).toEqual(await openLibrary(join(place, 'run', 'data')).runs.readMetrics(run!.id))
      }
      if (!run) return
      expect(['done', 'interrupted']).toContain(run.state)
      // Each of them takes seconds.
      if (run.state === 'interrupted' && number % 4 === 1) await answer(after.dataDir, ['resume', run.id])
      else if (run.state === 'interrupted') return
      expect((await after.runs.get(run.id)).metrics).toEqual(undisturbed.metrics)
      expect((await repair(after)).damaged).toEqual([])
    })
  })

  it('leaves an exported file whole or not at all, and whole once it was called done', async () => {
    const file = join(place, 'export', 'net.onnx')
    await fs.mkdir(join(place, 'export'))
    await cutDuring('export', ['models', 'export', `run:${undisturbed.id}`, file, '--format', 'onnx'], async (after, wasSaid) => {
      const left = join(after.dataDir, '..', 'net.onnx')
      if (wasSaid || existsSync(left)) expect((await fs.readFile(left)).equals(await fs.readFile(file))).toBe(true)
    })
  })

  it('leaves what was removed where it was, or where it can be brought back from', async () => {
    await cutDuring('removal', ['runs', 'remove', undisturbed.id], async (after, wasSaid) => {
      const has = (await after.runs.list()).runs.some(({ id }) => id === undisturbed.id)
      if (wasSaid) expect(has).toBe(false)
      if (!has) {
        const [removal] = await after.trash.list()
        await after.runs.restore(removal!.token)
      }
      expect((await after.runs.get(undisturbed.id)).metrics).toEqual(undisturbed.metrics)
      expect((await repair(after)).damaged).toEqual([])
    })
  })
})
