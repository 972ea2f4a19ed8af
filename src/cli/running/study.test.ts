import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GraftError, toErrorValue } from '../../contract/errors'
import { openLibrary } from '../../library'
import { DatasetWriter } from '../../library/datasets/writer'
import { spec } from '../../rules/specs/testing'
import { fakeContext, speak } from '../testing/fake'
import { runStudy } from './study'

let dataDir = ''
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'graft-study-'))
  const writer = await DatasetWriter.create(openLibrary(dataDir).datasets.folder, 'digits', [1, 1, 1])
  for (const split of ['train', 'test'] as const) await writer.append({ split, images: new Uint8Array(4), labels: Int32Array.of(0, 1, 0, 1) })
  await writer.finish({ name: 'Digits', classes: ['even', 'odd'], validation: 0, test: 0, seed: 1, provenance: { format: 'idx', origin: 'digits' } })
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const training = ['run', '--source', 'arch:seed-cnn', '--target', 'digits', '--method', 'tuned']
const score = (accuracy: number) => ({ test: { accuracy, loss: 1, n: 4, perClass: [] } })
/** The candidate gains 4, 6 and 8 points on seeds 1, 2 and 3. */
const gains = (run: { spec: { method: { id: string }, training: { seed: number } } }) => ({
  state: 'done' as const, metrics: score(0.5 + (run.spec.method.id === 'tuned' ? 0.02 + 0.02 * run.spec.training.seed : 0))
})

it('a transfer is named in the language of who starts it, or as one asks', async () => {
  for (const more of [[], ['--lang', 'zh'], ['--name', 'Mine']]) expect((await speak(dataDir, [...training, ...more])).code).toBe(0)
  const { runs } = await openLibrary(dataDir).runs.list()
  expect(runs.map(({ name }) => name)).toEqual(['Mine', '中tuned：Seed CNN → Digits', 'tuned: Seed CNN → Digits'])
})

it('what nobody set is chosen, told before the run and kept with its reason; what is set stays', async () => {
  const { stderr } = await speak(dataDir, [...training, '--epochs', '3', '--batch-size', 'auto'])
  expect(stderr).toContain('Chosen for you:')
  expect(stderr).toMatch(/batchSize +16 +There are only 4 images to learn from\./)
  const [run] = (await openLibrary(dataDir).runs.list()).runs
  expect(run!.spec).toMatchObject({ training: { epochs: 3, batchSize: 16 }, chosen: { batchSize: { en: expect.stringContaining('4 images') } } })
  expect(run!.spec.chosen).not.toHaveProperty('epochs')
  expect((await speak(dataDir, ['runs', 'show', run!.id])).stdout).toContain('16 (chosen: There are only 4 images to learn from.)')
})

it('what is refused is told alone: nothing was chosen for a run that does not start', async () => {
  const problems = [toErrorValue(new GraftError('no-luck', { en: 'No luck.', zh: '不行。' }))]
  for (const more of [[], ['--seeds', '2']]) {
    const { code, stderr } = await speak(dataDir, [...training, ...more], { problems })
    expect(code).not.toBe(0)
    expect(stderr).toContain('No luck.')
    expect(stderr).not.toContain('Chosen for you')
  }
  expect((await speak(dataDir, [...training, '--seeds', '2'])).stderr).toContain('Chosen for you')
})

it('a whole spec as a file is run as it says: no other flag is taken in silence', async () => {
  const path = join(dataDir, 'spec.json')
  const asked = spec({ method: { id: 'tuned', params: {} } })
  writeFileSync(path, JSON.stringify(asked))
  for (const more of [['--seed', '2'], ['--device', 'cpu'], ['--seeds', '3'], ['--twins'], ['--jobs', '2'], ['--set', 'decay=0.2'], ['--target', 'digits']]) {
    const { code, stderr } = await speak(dataDir, ['run', '--spec', path, ...more])
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${more[0]!} would have no effect`)])
  }
  const { code, stderr } = await speak(dataDir, [...training, '--threads', '2'])
  expect([code, stderr]).toEqual([2, expect.stringContaining('--threads would have no effect')])
  expect((await openLibrary(dataDir).runs.list()).runs).toEqual([])
  const taken = await speak(dataDir, ['run', '--spec', path, '--name', 'Again', '--json', '--lang', 'en'])
  expect([taken.code, taken.stderr]).toEqual([0, expect.stringContaining('Run ')])
  expect((await openLibrary(dataDir).runs.list()).runs.map((run) => [run.name, run.spec])).toEqual([['Again', asked]])
})

describe('a transfer with twins and seeds', () => {
  it('is one study with a verdict, in JSON and in words', async () => {
    const { code, stdout, stderr } = await speak(dataDir, [...training, '--twins', '--seeds', '3', '--json'], { outcome: gains })
    expect(code).toBe(0)
    const report = JSON.parse(stdout) as { id: string, arms: { score: { runs: string[] } }[] }
    expect(report).toMatchObject({ state: 'done', runs: 6, done: 6, arms: [{ twins: [{ role: 'scratch', pairs: 3, verdict: 'helped', over: 'seeds' }] }] })
    expect(stderr).toContain('6/6')
    const text = (await speak(dataDir, ['resume', report.id])).stdout
    expect(text).toContain('tuned against scratch: +6.0 points (95 % interval +1.0 to +11.0, 3 seeds), helped')
    expect((await speak(dataDir, ['resume', report.id, '--lang', 'zh'])).stdout).toContain('有帮助')
    // A run's own summary says so too.
    expect((await speak(dataDir, ['runs', 'show', report.arms[0]!.score.runs[0]!])).stdout).toContain('tuned against scratch: +6.0 points')
  })

  it('refuses seeds that are no count', async () => {
    for (const seeds of ['0', 'three', '51']) {
      const { code, stderr } = await speak(dataDir, [...training, '--seeds', seeds])
      expect([code, stderr]).toEqual([2, expect.stringContaining('--seeds')])
    }
    expect((await openLibrary(dataDir).runs.list()).runs).toEqual([])
  })

  it('keeps what is done when it is stopped, and goes on from there', async () => {
    const stop = new AbortController()
    let trained = 0
    const outcome = (run: Parameters<typeof gains>[0]) => {
      trained++
      if (trained === 2) stop.abort()
      return gains(run)
    }
    const stopped = await speak(dataDir, [...training, '--twins', '--seeds', '2', '--json'], { outcome, signal: stop.signal })
    expect(stopped.code).toBe(130)
    const { id } = JSON.parse(stopped.stdout) as { id: string }
    expect(stopped.stderr).toContain(`graft resume ${id}`)
    expect((await openLibrary(dataDir).runs.list()).runs.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'done', 'done'])
    const resumed = await speak(dataDir, ['resume', id, '--json'], { outcome: gains })
    expect(resumed.code).toBe(0)
    expect(JSON.parse(resumed.stdout)).toMatchObject({ done: 4, runs: 4 })
  })

  it('trains the others when one fails, and says so at the end', async () => {
    const outcome = (run: Parameters<typeof gains>[0]) => run.spec.method.id === 'scratch' ? { state: 'failed' as const } : gains(run)
    const { code, stdout, stderr } = await speak(dataDir, [...training, '--twins', '--json'], { outcome })
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ state: 'failed', done: 1, runs: 2 })
    expect(stderr).toContain('1 of 2 runs of the study are done, 1 failed')
  })
})

describe('graft study', () => {
  const file = (content: unknown): string => {
    const path = join(dataDir, 'decays.json')
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }
  const base = { source: { model: 'arch:seed-cnn' }, target: { dataset: 'digits' }, method: { id: 'tuned' } }

  it('runs the grid, shares a twin between arms, and does not repeat what is done', async () => {
    const path = file({ base, grid: { 'method.params.decay': [0.2, 0.4] }, twins: true })
    let trained = 0
    const outcome = (run: Parameters<typeof gains>[0]) => { trained++; return gains(run) }
    const first = await speak(dataDir, ['study', path], { outcome })
    expect(first.code).toBe(0)
    expect(first.stdout).toContain('Study decays: 3 of 3 runs done')
    expect(first.stdout).toMatch(/tuned decay=0\.2 .*\n {2}twin scratch .*\ntuned decay=0\.4 /)
    expect(trained).toBe(3)
    await speak(dataDir, ['study', file({ base, grid: { 'method.params.decay': [0.2, 0.4, 0.6] }, twins: true })], { outcome })
    expect(trained).toBe(4)
  })

  it.each([
    ['{', 'not JSON'], [{}, 'base'], [{ base, grid: { 'training.colour': [1] } }, 'training.colour'], [{ base, seeds: 0 }, 'seeds']
  ])('refuses %j with a sentence that names %s', async (content, named) => {
    const { code, stderr } = await speak(dataDir, ['study', file(content)])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^graft: [^\n]+\n$/)
    expect(stderr).toContain(named)
  })

  it('refuses flags that would have no effect, and names them', async () => {
    const path = file({ base })
    for (const [flags, named] of [
      [['--store', dataDir, '--detach'], '--detach, --store would have no effect'], [['--on', 'nowhere', '--store', dataDir, '--jobs', '2'], '--jobs would have no effect']
    ] as const) {
      const { code, stderr } = await speak(dataDir, ['study', path, ...flags])
      expect([code, stderr]).toEqual([2, expect.stringContaining(named)])
    }
    expect((await openLibrary(dataDir).runs.list()).runs).toEqual([])
  })

  it('refuses nothing for what this machine lacks where it is computed elsewhere', async () => {
    const problems = [{ code: 'backend-unavailable', message: { en: 'No card.', zh: '没有显卡。' }, field: 'device' }]
    const study = { id: 'there', specs: [spec({ device: 'gpu' })], seeds: 2, twins: false }
    await expect(runStudy(fakeContext(dataDir, { problems }), study)).rejects.toMatchObject({ value: { code: 'backend-unavailable' } })
    expect((await openLibrary(dataDir).runs.list()).runs).toEqual([])
    // The next thing that can be wrong is the address; the runs are made by then.
    const place = { on: 'nowhere', store: dataDir, cores: 1, gpus: 1 }
    await expect(runStudy(fakeContext(dataDir, { problems }), { ...study, place })).rejects.not.toMatchObject({ value: { code: 'backend-unavailable' } })
    expect((await openLibrary(dataDir).runs.list()).runs).toHaveLength(2)
  })

  it('names a file that is not there', async () => {
    const { code, stderr } = await speak(dataDir, ['study', join(dataDir, 'none.json')])
    expect([code, stderr]).toEqual([1, expect.stringContaining('none.json does not exist')])
  })
})
