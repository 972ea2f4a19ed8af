import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CameraFolder, KeptPicture, TakenPicture } from '../../contract/camera'
import { GraftError } from '../../contract/errors'
import { writeFileDurably } from '../../library/disk'

/**
 * Pictures from the camera as files. Those for a data set lie in `camera/<folder>/<class>/`, so that they are imported as any
 * folder of pictures and can be added to later. Those that a model was asked about go when the camera is closed there.
 */
export class CameraPictures {
  readonly #folders: string
  readonly #passing: string
  #waiting: Promise<unknown> = Promise.resolve()

  constructor(dataDir: string) {
    this.#folders = join(dataDir, 'camera')
    this.#passing = join(dataDir, 'window', 'camera')
  }

  /** Keeps one frame. @throws GraftError `picture-not-jpeg`, `class-missing` */
  keep(taken: TakenPicture, today = new Date()): Promise<KeptPicture> {
    // One after another: each takes the next free number.
    const kept = this.#waiting.then(() => this.#keep(taken, today))
    this.#waiting = kept.catch(() => undefined)
    return kept
  }

  async #keep({ place, folder: given, class: name, picture }: TakenPicture, today: Date): Promise<KeptPicture> {
    if (picture[0] !== 0xff || picture[1] !== 0xd8) {
      throw new GraftError('picture-not-jpeg', { en: 'The camera gave no picture.', zh: '摄像头没有给出图像。' })
    }
    if (place === 'try') {
      const path = join(this.#passing, `${String(await nextNumber(this.#passing)).padStart(3, '0')}.jpg`)
      await mkdir(this.#passing, { recursive: true })
      await writeFileDurably(path, picture)
      return { folder: 'camera', folderPath: this.#passing, file: path.slice(this.#passing.length + 1), path }
    }
    if (name === undefined) throw new GraftError('class-missing', { en: 'Name the class first.', zh: '请先填写类别名称。' }, { field: 'class' })
    const folder = given ?? await this.#freeFolder(today)
    const folderPath = join(this.#folders, folder)
    const inside = join(folderPath, name)
    await mkdir(inside, { recursive: true })
    const file = `${String(await nextNumber(inside)).padStart(4, '0')}.jpg`
    await writeFileDurably(join(inside, file), picture)
    return { folder, folderPath, file, path: join(inside, file) }
  }

  /** Deletes one picture, and its class's folder with the last of them. */
  async remove(folder: string, name: string, file: string): Promise<void> {
    const inside = join(this.#folders, folder, name)
    await rm(join(inside, file), { force: true })
    for (const path of [inside, join(this.#folders, folder)]) {
      if ((await readdir(path).catch(() => ['?'])).length === 0) await rm(path, { recursive: true })
    }
  }

  /** All folders of pictures for data sets, the newest first. */
  async list(): Promise<CameraFolder[]> {
    const folders = await foldersIn(this.#folders)
    return Promise.all(folders.sort().reverse().map(async (folder) => {
      const folderPath = join(this.#folders, folder)
      const classes = await Promise.all((await foldersIn(folderPath)).sort().map(async (name) => ({
        name, count: (await readdir(join(folderPath, name))).filter((file) => file.endsWith('.jpg')).length
      })))
      return { folder, folderPath, classes }
    }))
  }

  /** Deletes what a model was asked about. */
  async forget(): Promise<void> {
    await rm(this.#passing, { recursive: true, force: true, maxRetries: 5 })
  }

  /** `camera-2026-11-30`, then `camera-2026-11-30-2`. */
  async #freeFolder(today: Date): Promise<string> {
    const day = `camera-${[today.getFullYear(), today.getMonth() + 1, today.getDate()].map((part) => String(part).padStart(2, '0')).join('-')}`
    const taken = await foldersIn(this.#folders)
    let folder = day
    for (let number = 2; taken.includes(folder); number++) folder = `${day}-${number}`
    return folder
  }
}

async function foldersIn(path: string): Promise<string[]> {
  return (await readdir(path, { withFileTypes: true }).catch(() => [])).filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

/** One more than the greatest number that a file of a folder is named by. */
async function nextNumber(folder: string): Promise<number> {
  const numbers = (await readdir(folder).catch(() => [])).map((file) => /^(\d+)\.jpg$/.exec(file)?.[1]).filter((number) => number !== undefined)
  return Math.max(0, ...numbers.map(Number)) + 1
}
