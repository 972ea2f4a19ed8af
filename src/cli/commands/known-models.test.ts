import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { architectureOf } from '../../engine/architectures'
import { usualBackOff } from '../../library/downloads/back-off'
import { useWorkplace } from '../../library/testing'
import { speak } from '../testing/fake'

const place = useWorkplace()
const say = (argv: string[], env: Record<string, string> = {}) => speak(place.library.dataDir, argv, {
  cacheDir: join(place.folder, 'cache'), env, backOff: { ...usualBackOff, firstMilliseconds: 1 }
})

describe('known models in the terminal', () => {
  it('are listed with size and licence, and are of architectures that there are', async () => {
    const { code, stdout } = await say(['models', 'known'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/resnet-18 .*47\.0 MB.*8 digits.*BSD-3-Clause/)
    expect(stdout).toMatch(/resnet-18 .*224×224×3 +1,000 /)
    expect(stdout).toMatch(/ResNet-18: learned from ImageNet-1k: 1\.28 million photographs/)
    expect(stdout).toMatch(/dinov2-small .*224×224×3 +– /)
    const { known } = JSON.parse((await say(['models', 'known', '--json'])).stdout) as { known: { architecture: string, input: number[], isHere: boolean }[] }
    for (const { architecture, input } of known) expect(architectureOf(architecture)).toMatchObject({ id: architecture, defaultInput: input })
    expect(known.every(({ isHere }) => !isHere)).toBe(true)
  })

  it('that are none are wrong usage; that cannot be reached fail with one line that says what to do', async () => {
    expect(await say(['models', 'get', 'alexnet'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/alexnet[^\n]*resnet-18[^\n]*\n$/) })
    // A proxy at which nobody listens stands for no network at all.
    const { code, stderr } = await say(['models', 'get', 'resnet-18'], { HTTPS_PROXY: 'http://127.0.0.1:1' })
    expect(code).toBe(1)
    expect(stderr).toMatch(/cannot be reached from this computer/)
  })
})
