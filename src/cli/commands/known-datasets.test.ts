import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { usualBackOff } from '../../library/downloads/back-off'
import { speak } from '../testing/fake'
import { Progress } from '../output/progress'

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'graft-cli-known-')) })
afterAll(() => rmSync(folder, { recursive: true }))
const say = (...argv: string[]) => speak(folder, argv, { cacheDir: join(folder, 'cache') })

describe('known data sets in the terminal', () => {
  it('are listed with size, licence and citation', async () => {
    const { code, stdout } = await say('datasets', 'known')
    expect(code).toBe(0)
    for (const id of ['cifar-10', 'cifar-100', 'mnist', 'fashion-mnist', 'usps', 'svhn']) expect(stdout).toContain(id)
    expect(stdout).toMatch(/svhn .*73,257 \/ 26,032.*For non-commercial use only/)
    expect(stdout).toContain('Netzer')
    const { known } = JSON.parse((await say('datasets', 'known', '--json')).stdout) as { known: { id: string, installed: string[], partialBytes: number }[] }
    expect(known.find(({ id }) => id === 'mnist')).toMatchObject({ installed: [], partialBytes: 0 })
  })

  it('that are none are wrong usage, with the known ones named', async () => {
    const { code, stderr } = await say('datasets', 'get', 'image-net')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^graft: [^\n]*image-net[^\n]*cifar-10[^\n]*\n$/)
    expect((await say('datasets', 'get', 'mnist', '--validation', '2')).code).toBe(2)
    expect((await say('datasets', 'get')).code).toBe(2)
  })

  it('that cannot be reached fail with one line that says what to do', async () => {
    // A proxy at which nobody listens stands for no network at all.
    const { code, stdout, stderr } = await speak(folder, ['datasets', 'get', 'mnist'], {
      cacheDir: join(folder, 'cache'), env: { HTTPS_PROXY: 'http://127.0.0.1:1' }, backOff: { ...usualBackOff, firstMilliseconds: 1 }
    })
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/cannot be reached from this computer\. [^\n]*with a browser and drop the file on Graft\.\n$/)
  })

  it('show on one line how far a download is', () => {
    let text = ''
    const progress = new Progress({ isTTY: false, columns: 80, write: (said) => { text += said } }, 'en')
    const later = performance.now() + 10_000
    const clock = vi.spyOn(performance, 'now').mockReturnValue(later)
    try {
      progress.download({ phase: 'downloading', file: 'train.mat', fileNumber: 1, files: 2, done: 5e6, total: 2e8, bytesPerSecond: 1e6, secondsLeft: 195 })
    } finally {
      clock.mockRestore()
    }
    expect(text).toBe('downloading · 5.0 MB/200 MB · 3 min 15 s left · 1.0 MB/s · 1/2 train.mat\n')
  })
})
