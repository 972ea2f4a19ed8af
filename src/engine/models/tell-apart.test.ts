import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useWorkplace } from '../../library/testing'
import { tellApart } from './tell-apart'

const place = useWorkplace()
async function put(name: string, content: string | Uint8Array = ''): Promise<string> {
  const path = join(place.library.dataDir, name)
  await fs.mkdir(join(path, '..'), { recursive: true })
  await fs.writeFile(path, content)
  return path
}
const zip = Uint8Array.of(0x50, 0x4b, 3, 4)
/** A record of CIFAR-10: one byte of label and 3,072 of pixels. */
const record = new Uint8Array(3073).fill(7)

describe('what was dropped', () => {
  it('is a model by what a format knows it by', async () => {
    const path = await put('net.safetensors')
    expect(await tellApart([path])).toEqual({ kind: 'model', path })
    const folder = join(await put('mobilenet/model.json', '{}'), '..')
    expect(await tellApart([folder])).toEqual({ kind: 'model', path: folder })
  })

  it('is told by its content where both have the ending: CIFAR\'s records against PyTorch\'s weights', async () => {
    const weights = await put('pytorch_model.bin', zip)
    expect(await tellApart([weights])).toEqual({ kind: 'model', path: weights })
    expect(await tellApart([await put('cifar/data_batch_1.bin', record)])).toEqual({ kind: 'dataset' })
  })

  it('is a model by its ending alone only where no data format knows it', async () => {
    const path = await put('net.pth', 'no pickle at all')
    await put('cat.png')
    expect(await tellApart([path])).toEqual({ kind: 'model', path })
  })

  it('is one LayersModel where it is a model.json with the files of its weights', async () => {
    const [table, first, second] = [await put('m/model.json', '{}'), await put('m/group1-shard1of2'), await put('m/group1-shard2of2.bin')]
    expect(await tellApart([first, table, second])).toEqual({ kind: 'model', path: table })
    expect(await tellApart([table, await put('m/cat.png')])).toEqual({ kind: 'dataset' })
    expect(await tellApart([table, await put('other/group1-shard1of1')])).toEqual({ kind: 'dataset' })
  })

  it('is data for pictures, folders and archives', async () => {
    const picture = await put('flowers/cat.png')
    expect(await tellApart([picture])).toEqual({ kind: 'dataset' })
    expect(await tellApart([join(picture, '..')])).toEqual({ kind: 'dataset' })
    expect(await tellApart([picture, await put('flowers/dog.png')])).toEqual({ kind: 'dataset' })
    expect(await tellApart([await put('flowers.zip', zip)])).toEqual({ kind: 'dataset' })
  })

  it.skipIf(process.platform === 'win32')('is not waited for where it is a pipe', async () => {
    const path = join(place.folder, 'net.h5')
    execFileSync('mkfifo', [path])
    await expect(tellApart([path])).rejects.toMatchObject({ code: 'not-a-file' })
  })

  it('names a path that is not there', async () => {
    await expect(tellApart([join(place.library.dataDir, 'gone.pth')])).rejects.toMatchObject({ code: 'not-found' })
  })
})
