import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { speak } from '../testing/fake'

let folder: string
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'graft-features-command-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

it('says what was saved, and what a file may be', async () => {
  const asked = ['features', 'run:01', join(folder, 'out.parquet'), '--dataset', 'digits']
  const { code, stdout } = await speak(folder, asked)
  expect(code).toBe(0)
  expect(stdout).toContain('8 numbers of each of 4 images')
  expect(await speak(folder, ['features', 'run:01', 'out.txt', '--dataset', 'digits'])).toMatchObject({ code: 2, stderr: expect.stringContaining('OUT ends in .npy or .parquet') as string })
  expect(await speak(folder, [...asked, '--split', 'some'])).toMatchObject({ code: 2 })
})
