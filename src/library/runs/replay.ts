import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { GraftError, systemCode } from '../../contract/errors'
import { frameSchema, sceneSchema, type Frame, type Replay, type Scene } from '../../contract/replay'
import type { Run } from '../../contract/runs'
import { sha256Of } from '../disk/checksums'
import { exists, makeFolder, namingFile, syncFolder, writeFileDurably } from '../disk/files'

const sceneName = 'scene.json'
const framesName = 'frames.jsonl'

/** The folder `replay` of a run: the scene, and a line for each frame. */
export class ReplayFolder {
  constructor(private readonly folder: string) {}

  /** What lies there; undefined where nothing does. A last line that a crash tore is left out. */
  async read(): Promise<Replay | undefined> {
    const scene = await textOf(join(this.folder, sceneName))
    return scene === undefined ? undefined : parsed(scene, await textOf(join(this.folder, framesName)) ?? '', this.folder)
  }

  /** Begins anew with a scene. */
  async begin(scene: Scene): Promise<void> {
    await fs.rm(this.folder, { recursive: true, force: true })
    await makeFolder(this.folder)
    await writeFileDurably(join(this.folder, framesName), '')
    await writeFileDurably(join(this.folder, sceneName), JSON.stringify(scene))
  }

  /** Keeps only these frames: a run goes on from before the others. */
  async keep(frames: readonly Frame[]): Promise<void> {
    await writeFileDurably(join(this.folder, framesName), frames.map(lineOf).join(''))
  }

  /** Adds a frame. Not flushed: what a crash takes is drawn again from the checkpoint on. */
  async add(frame: Frame): Promise<void> {
    await fs.appendFile(join(this.folder, framesName), lineOf(frame)).catch((error: unknown) => { throw namingFile(error, this.folder) })
  }

  /** Flushes what was added, with the folder's own name: before a record names it by its hash. */
  async flush(): Promise<void> {
    const path = join(this.folder, framesName)
    if (!await exists(path)) return
    try {
      const handle = await fs.open(path, 'r+')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
      await syncFolder(this.folder)
      await syncFolder(dirname(this.folder))
    } catch (error) {
      throw namingFile(error, path)
    }
  }

  async remove(): Promise<void> {
    await fs.rm(this.folder, { recursive: true, force: true })
  }

  /** SHA-256 of its files, by the names that a run's record has for them; empty where there are none. */
  async hashes(): Promise<Record<string, string>> {
    const entries: [string, string][] = []
    for (const name of [sceneName, framesName]) {
      const text = await textOf(join(this.folder, name))
      if (text !== undefined) entries.push([`replay/${name}`, sha256Of(text)])
    }
    return Object.fromEntries(entries)
  }
}

/**
 * The replay of a run, held against the hashes in its record where it is done; undefined where it has none, as runs of
 * earlier versions and classical methods.
 * @throws `file-damaged` where a file is not what was written
 */
export async function readReplay(folder: string, run: Pick<Run, 'files'>): Promise<Replay | undefined> {
  const kept = new ReplayFolder(folder)
  const hashes = await kept.hashes()
  for (const name of [sceneName, framesName]) {
    const known = run.files?.[`replay/${name}`]
    if (known !== undefined && hashes[`replay/${name}`] !== known) throw damaged(join(folder, name), `its SHA-256 is not ${known}`)
  }
  return kept.read()
}

const lineOf = (frame: Frame): string => `${JSON.stringify(frame)}\n`

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await fs.readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw namingFile(error, path)
  }
}

function parsed(scene: string, lines: string, folder: string): Replay {
  let at = join(folder, sceneName)
  try {
    const whole = lines.slice(0, lines.lastIndexOf('\n') + 1).split('\n').filter((line) => line !== '')
    const read = sceneSchema.parse(JSON.parse(scene))
    at = join(folder, framesName)
    return { scene: read, frames: whole.map((line) => frameSchema.parse(JSON.parse(line))) }
  } catch (error) {
    throw damaged(at, error instanceof Error ? error.message : String(error))
  }
}

const damaged = (path: string, details: string): GraftError => new GraftError('file-damaged', {
  en: `${path} is damaged: the training cannot be looked at again.`, zh: `${path} 已损坏：无法回看训练过程。`
}, { details, remedy: { en: 'The run and its results are not affected.', zh: '运行及其结果不受影响。' } })
