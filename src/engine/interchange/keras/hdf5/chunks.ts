import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { Unreadable } from '../../../safetensors/header'
import { Hdf5File, InChunks, type Hdf5Object, type Unpacked } from './file'

/** Groups within groups that are looked into. */
const deepest = 64
/** Milliseconds until a file counts as one that would never end, and bytes that are unpacked in one of them at least. */
const patience = { least: 30_000, bytes: 20_000 }
/** What the library needs beside the file and one dataset, in bytes. */
const ownMemory = 128 << 20

const messageSchema = z.union([
  z.object({ path: z.string(), bytes: z.instanceof(Uint8Array) }),
  z.object({ done: z.literal(true) }),
  z.object({ problem: z.string() })
])

/**
 * The numbers of an HDF5 file that lie in chunks, compressed or not, unpacked by HDF5's own library (h5wasm) in a thread that a
 * time limit ends and that gets no more memory than they can need. Most files of Keras have none, and then no thread is started.
 * What cannot be unpacked is missing, and is named when it is asked for.
 * @param most bytes that they may take in all
 * @throws Unreadable where they claim more
 */
export async function unpackChunks(content: Uint8Array, most: number): Promise<Unpacked> {
  const wanted = inChunks(content)
  const all = wanted.reduce((sum, { bytes }) => sum + bytes, 0)
  if (wanted.length === 0) return new Map()
  if (!(all <= most)) throw new Unreadable({ en: `its chunks claim ${all} bytes`, zh: `其分块数据声称有 ${all} 字节` })
  const largest = wanted.reduce((size, { bytes }) => Math.max(size, bytes), 0)
  // It lies beside the bundle under the same name.
  const worker = new Worker(join(__dirname, 'hdf5-thread.cjs'), { stdout: true, stderr: true })
  const timer = setTimeout(() => { void worker.terminate() }, patience.least + all / patience.bytes)
  const found = new Map<string, Uint8Array>()
  try {
    const ended = once(worker, 'exit').then(() => undefined)
    // A copy: the slice of a Buffer is the same memory, which is handed over here.
    const own = new Uint8Array(content)
    worker.postMessage({ bytes: own, paths: wanted.map(({ path }) => path), memory: ownMemory + 2 * content.length + 3 * largest }, [own.buffer])
    for await (const message of messagesOf(worker, ended)) {
      const said = messageSchema.parse(message)
      if (!('path' in said)) break
      found.set(said.path, said.bytes)
    }
    return found
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}

/** What a thread says, until it ends. */
async function* messagesOf(worker: Worker, ended: Promise<undefined>): AsyncGenerator<unknown> {
  const waiting: unknown[] = []
  let wake: () => void = () => undefined
  worker.on('message', (message: unknown) => {
    waiting.push(message)
    wake()
  })
  let isOver = false
  void ended.catch(() => undefined).then(() => {
    isOver = true
    wake()
  })
  for (;;) {
    if (waiting.length > 0) yield waiting.shift()
    else if (isOver) return
    else await new Promise<void>((resolve) => { wake = resolve })
  }
}

/** The datasets whose numbers lie in chunks. A file that cannot be looked through has none: whoever reads it says why. */
function inChunks(content: Uint8Array): { path: string, bytes: number }[] {
  const found: { path: string, bytes: number }[] = []
  const look = (object: Hdf5Object, depth: number): void => {
    try {
      object.dataset()
    } catch (error) {
      if (error instanceof InChunks) found.push({ path: error.path, bytes: error.bytes })
      else if (!(error instanceof Unreadable)) throw error
    }
    if (depth === deepest) return
    for (const name of object.names()) {
      const below = object.find(name)
      if (below) look(below, depth + 1)
    }
  }
  try {
    look(new Hdf5File(content).root, 0)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
  }
  return found
}
