import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useWorkplace } from '../testing'
import { largestFileBytes, UnreadableImage, withImageFile } from '../../images/image-file'

const place = useWorkplace()
const read = (path: string): Promise<Buffer> => withImageFile(path, (bytes) => Promise.resolve(Buffer.from(bytes)))
const reasonOf = async (path: string): Promise<string | undefined> =>
  read(path).then(() => undefined, (error: unknown) => error instanceof UnreadableImage ? error.reason.en : String(error))

describe('the file of an image', () => {
  it.each([0, 1, 5000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])('of %i bytes is read whole', async (length) => {
    const path = join(place.folder, 'x.jpg')
    const content = Buffer.from(Uint8Array.from({ length }, (_, at) => at * 7 + (at >> 8)))
    await fs.writeFile(path, content)
    expect((await read(path)).equals(content)).toBe(true)
  })

  it('that cannot be read is skipped with the reason', async () => {
    const huge = join(place.folder, 'huge.jpg')
    const handle = await fs.open(huge, 'w')
    await handle.truncate(largestFileBytes + 1)
    await handle.close()
    expect(await reasonOf(huge)).toBe('The file is larger than 256 MiB.')
    expect(await reasonOf(join(place.folder, 'gone.jpg'))).toBe('The file does not exist.')
    await fs.mkdir(join(place.folder, 'folder.jpg'))
    expect(await reasonOf(join(place.folder, 'folder.jpg'))).toMatch(/It is not a file|could not be read/)
  })

  it.skipIf(process.platform === 'win32')('that is a pipe is not waited for', async () => {
    const path = join(place.folder, 'pipe.jpg')
    execFileSync('mkfifo', [path])
    expect(await reasonOf(path)).toBe('It is not a file.')
  })

  it('is closed again, however many are read', async () => {
    const path = join(place.folder, 'x.jpg')
    await fs.writeFile(path, 'x')
    for (let turn = 0; turn < 3000; turn++) await read(path)
    if (process.platform === 'linux') expect((await fs.readdir('/proc/self/fd')).length).toBeLessThan(200)
  })
})
