import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../../src/engine/random'
import { openLibrary } from '../../src/library'
import { clearLeftovers, repair } from '../../src/library/repair'
import { built, graft, program } from './graft'
import { drawPictures } from './shared/pictures'

/*
 * kill -9 at random moments of what people do. Afterwards everything is there whole or not at all, nothing is damaged, and
 * what was cut off can be done again with the same result. GRAFT_FAULT_CASES=50 tries fifty moments; by default there are few.
 */
const cases = Number(process.env.GRAFT_FAULT_CASES ?? 10)

let place = ''
const dataDir = (): string => join(place, 'data')
beforeAll(() => { place = mkdtempSync(join(tmpdir(), 'graft-killed-')) })
afterAll(() => rmSync(place, { recursive: true, force: true }))

const argumentsOf = (argv: readonly string[]): string[] => [...argv, '--data-dir', dataDir(), '--json']

async function document(...argv: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await graft(argumentsOf(argv))
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

/** Runs a command and kills its process after this many milliseconds; whether it was killed, or had ended before. */
function killed(argv: readonly string[], milliseconds: number): Promise<boolean> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [program, ...argumentsOf(argv)], { stdio: 'ignore', env: { ...process.env, LC_ALL: 'C' } })
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)
    child.on('error', failed)
    child.on('close', (_, signal) => {
      clearTimeout(timer)
      done(signal === 'SIGKILL')
    })
  })
}

const training = ['run', '--source', 'arch:lenet', '--target', 'digits', '--method', 'scratch', '--labels', '20', '--epochs', '6', '--epoch-steps', '5']

/** What is done and cut off, how the whole looks, and what has to hold after each cut. */
interface Deed { name: string, argv: readonly string[], afterwards(wasKilled: boolean): Promise<void> }

describe.skipIf(!built)('kill -9 at a random moment (needs npm run build)', () => {
  it(`leaves whole things and none that is half, ${cases} times`, async () => {
    const pictures = join(place, 'pictures')
    await drawPictures(pictures)
    const library = openLibrary(dataDir())
    const undisturbed = await library.runs.get((await document(...training)).id as string)
    await document('datasets', 'add', pictures, '--id', 'pictures')
    const { splits } = await library.datasets.get('pictures')
    const exported = join(place, 'whole.onnx')
    await document('models', 'export', `run:${undisturbed.id}`, exported, '--format', 'onnx')
    const exportedBytes = await fs.readFile(exported)

    const deeds: Deed[] = [
      {
        name: 'run', argv: training,
        afterwards: async () => {
          const { runs } = await document('runs', 'list') as { runs: { id: string, state: string }[] }
          for (const { id, state } of runs) {
            if (id === undisturbed.id) continue
            expect(['interrupted', 'done']).toContain(state)
            const ended = state === 'done' ? await library.runs.get(id) : await document('resume', id)
            expect(ended).toMatchObject({ state: 'done' })
            expect((await library.runs.get(id)).metrics, `run ${id}, ${state}`).toEqual(undisturbed.metrics)
            await document('runs', 'remove', id, '--no-undo')
          }
        }
      },
      {
        name: 'import', argv: ['datasets', 'add', pictures, '--id', 'again'],
        afterwards: async () => {
          if (!await library.datasets.has('again')) await document('datasets', 'add', pictures, '--id', 'again')
          expect((await library.datasets.get('again')).splits).toEqual(splits)
          await document('datasets', 'remove', 'again', '--no-undo')
        }
      },
      {
        name: 'removal', argv: ['datasets', 'remove', 'pictures'],
        afterwards: async () => {
          const [removal] = await library.trash.list()
          if (removal) await document('datasets', 'restore', removal.token)
          expect((await library.datasets.get('pictures')).splits).toEqual(splits)
        }
      },
      {
        name: 'removal for good', argv: ['datasets', 'remove', 'pictures', '--no-undo'],
        afterwards: async () => {
          // What is half deleted must not look like a data set; what is not deleted is whole.
          for (const { token } of await library.trash.list()) await document('datasets', 'restore', token)
          if (!await library.datasets.has('pictures')) await document('datasets', 'add', pictures, '--id', 'pictures')
          expect((await library.datasets.get('pictures')).splits).toEqual(splits)
        }
      },
      {
        name: 'export', argv: ['models', 'export', `run:${undisturbed.id}`, join(place, 'cut.onnx'), '--format', 'onnx'],
        afterwards: async () => {
          if (existsSync(join(place, 'cut.onnx'))) expect((await fs.readFile(join(place, 'cut.onnx'))).equals(exportedBytes)).toBe(true)
          for (const name of readdirSync(place)) if (name.startsWith('cut')) await fs.rm(join(place, name), { recursive: true })
        }
      }
    ]
    const durations = new Map<string, number>()
    for (const { name, argv, afterwards } of deeds) {
      const began = performance.now()
      await document(...argv)
      durations.set(name, performance.now() - began)
      await afterwards(false)
    }

    const random = randomStream('kill', cases)
    let cut = 0
    for (let index = 0; index < cases; index++) {
      const { name, argv, afterwards } = deeds[index % deeds.length]!
      const moment = random.uniform() * durations.get(name)!
      if (await killed(argv, moment)) cut++
      try {
        await afterwards(true)
        const found = await repair(library)
        expect(found.damaged).toEqual([])
      } catch (error) {
        throw new Error(`after ${name}, killed at ${Math.round(moment)} ms`, { cause: error })
      }
    }
    // Most were still at work: a test whose kills all come too late shows nothing.
    expect(cut).toBeGreaterThan(cases / 2)

    // Hours later nothing of a killed write is left.
    await clearLeftovers(dataDir(), { now: Date.now() + 25 * 60 * 60_000 })
    await library.trash.emptyExpired(Date.now() + 25 * 60 * 60_000)
    const names = await fs.readdir(dataDir(), { recursive: true })
    expect(names.filter((each) => /\.tmp$|\.new-|\.removed-/.test(each))).toEqual([])
  }, 60_000 + cases * 30_000)
})
