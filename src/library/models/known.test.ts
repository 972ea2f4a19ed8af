import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ModelImportOptions } from '../../contract/models'
import { closeServersAfterEach, serve, type Manner } from '../downloads/testing-server'
import { useWorkplace } from '../testing'
import { downloadBytesOf, getKnownModel, knownModelOf, knownModels, type KnownModel } from './known'

const place = useWorkplace()
closeServersAfterEach()
const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index * 7 % 251))
const quick = { firstMilliseconds: 1, longestMilliseconds: 4, tries: 3, triesUnreachable: 2, jitter: () => 0.5 }
const cache = (): string => join(place.folder, 'cache')

async function entryServed(manners: readonly Manner[], hex = createHash('sha256').update(content).digest('hex').slice(0, 8)): Promise<KnownModel> {
  const { address } = await serve(content, manners)
  return { ...knownModelOf('resnet-18'), file: { name: 'net.pth', addresses: [`${address}/net.pth`], aboutBytes: 200_000, hash: { algorithm: 'sha256', hex } } }
}
/** What the import was given, and the bytes it found. */
async function get(entry: KnownModel, more: { classNames?: readonly string[] } = {}): Promise<{ options: ModelImportOptions, bytes: Buffer }> {
  return getKnownModel(place.library, cache(), entry, async (options) => ({ options, bytes: await fs.readFile(options.path) }), {
    transport: { env: {} }, backOff: quick, ...more
  })
}

describe('getting a known model', () => {
  it('downloads it, also over a broken connection, checks the first digits of its hash, and leaves no file', async () => {
    const { options, bytes } = await get(await entryServed([{ kind: 'drop', after: 90_000 }, { kind: 'whole' }]), { classNames: ['a', 'b'] })
    expect(bytes.equals(content)).toBe(true)
    expect(options).toMatchObject({
      id: 'resnet-18', name: 'ResNet-18', architecture: 'resnet-18', classes: ['a', 'b'],
      credit: { embedded: false, licence: expect.stringContaining('BSD-3-Clause') }
    })
    expect(await fs.readdir(join(cache(), 'downloads'))).toEqual([])
  })

  it('refuses other content, and one that is there already before anything is downloaded', async () => {
    await expect(get(await entryServed([{ kind: 'whole' }], '00000000'))).rejects.toMatchObject({ code: 'download-wrong-content' })
    await fs.mkdir(place.library.models.folder('model:resnet-18'), { recursive: true })
    await fs.writeFile(join(place.library.models.folder('model:resnet-18'), 'graft.json'), '{}')
    await expect(get(await entryServed([]))).rejects.toMatchObject({ code: 'model-exists' })
  })
})

describe('the known models', () => {
  it('have an address, a licence and a size each', () => {
    expect(new Set(knownModels.map(({ id }) => id)).size).toBe(knownModels.length)
    for (const model of knownModels) {
      expect(model.file.addresses[0]).toMatch(/^https:\/\//)
      expect(model.file.hash?.hex ?? '').toMatch(/^([0-9a-f]{8})?$/)
      expect(downloadBytesOf(model)).toBeGreaterThan(1e6)
    }
    expect(() => knownModelOf('alexnet')).toThrow(/alexnet/)
  })
})
