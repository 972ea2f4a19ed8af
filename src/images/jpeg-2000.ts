import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import type { Text } from '../contract/text'
import { Gate } from './gate'
import { readJpeg2000Header, type Jpeg2000Header } from './jpeg-2000-header'
import { between, byRange, rangeOf, type Levels } from './levels'

/** A JPEG 2000 picture that cannot be read, with the reason where it is another than damage. */
export class Jpeg2000Problem extends Error {
  constructor(message: string, readonly reason?: Text) {
    super(message)
    this.name = 'Jpeg2000Problem'
  }
}

/** Threads at once; each holds 50 MB, and more while it works. */
const mostThreads = 4
const room = { threads: new Gate(mostThreads), idle: [] as Worker[] }
/** A thread's memory never shrinks: after a larger picture it ends. */
const keptPixels = 4_000_000
/** Milliseconds until a picture counts as one that would never end: 0.3 s a million pixels is usual. */
const patience = (pixels: number): number => 30_000 + pixels / 200
/** Bytes that decoding may need: four for each number twice, the file, what comes out, and the decoder itself. */
const memoryFor = (numbers: number, fileBytes: number): number => (128 << 20) + 16 * numbers + 2 * fileBytes

const decodedSchema = z.union([
  z.object({ problem: z.string(), isLoaded: z.boolean() }),
  z.object({
    width: z.int().positive(), height: z.int().positive(), bits: z.int(), channels: z.int(), isSigned: z.boolean(),
    numbers: z.instanceof(Uint8ClampedArray)
  })
])

/**
 * The pixels of a JPEG 2000 file, boxed (JP2) or bare, in grey or three colours of up to 16 bits, by OpenJPEG in a thread
 * that a time limit ends. Numbers of fewer than 16 bits are brought to 0 to 255 by their bits, 16 bits of which fewer are
 * used, and numbers with a sign, as those of a TIFF. The size is for the caller to check first.
 * @param starting gives a thread that runs `jpeg-2000-thread.cjs`
 * @throws Jpeg2000Problem for one that is cut off, damaged or of another kind
 */
export async function decodeJpeg2000(bytes: Uint8Array, starting = start): Promise<Levels & { isScaled: boolean }> {
  const header = readJpeg2000Header(bytes)
  if (!header) throw new Jpeg2000Problem('The header cannot be read.')
  // The decoder would leave them black.
  if (header.tiles.held < header.tiles.all) throw new Jpeg2000Problem('Tiles are missing.')
  const odd = oddKind(header)
  if (odd) throw new Jpeg2000Problem('Its kind is not read.', odd)
  return room.threads.run(1, async () => {
    const worker = (starting === start ? room.idle.pop() : undefined) ?? starting()
    const pixels = header.width * header.height
    try {
      worker.ref()
      const decoded = await ask(worker, bytes, header)
      if (pixels > keptPixels) await worker.terminate()
      else {
        worker.unref()
        room.idle.push(worker)
      }
      return decoded
    } catch (error) {
      await worker.terminate()
      throw error
    }
  })
}

// It lies beside the bundle under the same name.
const start = (): Worker => new Worker(join(__dirname, 'jpeg-2000-thread.cjs'), { stdout: true, stderr: true })

async function ask(worker: Worker, bytes: Uint8Array, { width, height, components }: Jpeg2000Header): Promise<Levels & { isScaled: boolean }> {
  const waiting = new AbortController()
  const { signal } = waiting
  const timer = setTimeout(() => waiting.abort(), patience(width * height))
  // A copy: the slice of a Buffer is the same memory, which is handed over here.
  const own = new Uint8Array(bytes)
  // Of a palette three colours come out.
  worker.postMessage({ bytes: own, memory: memoryFor(width * height * Math.max(3, components.length), bytes.length) }, [own.buffer])
  try {
    const [message] = await Promise.race([
      once(worker, 'message', { signal }) as Promise<[unknown]>,
      once(worker, 'exit', { signal }).then(([code]) => { throw new Jpeg2000Problem(`The thread ended with ${String(code)}.`) })
    ])
    const decoded = decodedSchema.parse(message)
    // Where the decoder itself is not there, no picture is at fault.
    if ('problem' in decoded) throw decoded.isLoaded ? new Jpeg2000Problem(decoded.problem) : new Error(decoded.problem)
    if (decoded.width !== width || decoded.height !== height) throw new Jpeg2000Problem('It has another size than it claims.')
    return levelsOf(decoded)
  } catch (error) {
    if (signal.aborted) throw new Jpeg2000Problem('It took too long.', tooLong)
    throw error instanceof Jpeg2000Problem ? error : new Jpeg2000Problem(String(error), failed)
  } finally {
    clearTimeout(timer)
    waiting.abort()
  }
}

/** Why a picture that may be whole is not read. */
function oddKind({ components, origin }: Jpeg2000Header): Text | undefined {
  const [first] = components
  if (components.length === 2 || components.length > 3) return channelsOf(components.length)
  const alike = components.every(({ bits, isSigned }) => bits === first!.bits && isSigned === first!.isSigned)
  const areSteps = components.every(({ step: [x, y] }, index) => index === 0 ? x === 1 && y === 1 : (x === 1 && y === 1) || (x === 2 && y <= 2))
  const isSignedRight = !first!.isSigned || (components.length === 1 && first!.bits > 8)
  return alike && areSteps && isSignedRight && first!.bits <= 16 && origin.every((offset) => offset === 0) ? undefined : odd
}

type Decoded = Exclude<z.infer<typeof decodedSchema>, { problem: string }>
function levelsOf({ width, height, bits, channels, isSigned, numbers }: Decoded): Levels & { isScaled: boolean } {
  if (channels !== 1 && channels !== 3) throw new Jpeg2000Problem('Its kind is not read.', channelsOf(channels))
  const wide = bits > 8
  if (bits < 1 || bits > 16 || numbers.length !== width * height * channels * (wide ? 2 : 1)) throw new Jpeg2000Problem('Its numbers are not as many as it claims.')
  const shape = { width, height, channels } as const
  const plain = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.length)
  if (bits === 8) return { ...shape, pixels: plain, isScaled: false }
  if (!wide) return { ...shape, pixels: between(plain, [0, 2 ** bits - 1]), isScaled: true }
  const values = new (isSigned ? Int16Array : Uint16Array)(numbers.buffer, numbers.byteOffset, numbers.length / 2)
  if (isSigned) return { ...shape, pixels: byRange(values, false), isScaled: true }
  if (bits < 16) return { ...shape, pixels: between(values, [0, 2 ** bits - 1]), isScaled: true }
  return { ...shape, pixels: byRange(values, false), isScaled: rangeOf(values)[1] <= 4095 }
}

const odd: Text = { en: 'Its kind of JPEG 2000 cannot be read here; save it as PNG or as a plain TIFF.', zh: '无法读取此类 JPEG 2000；请另存为 PNG 或普通 TIFF。' }
const channelsOf = (count: number): Text => ({
  en: `It is a JPEG 2000 of ${count} channels, of which 1 and 3 can be read here; save it as PNG.`, zh: `此 JPEG 2000 有 ${count} 个通道，只能读取 1 或 3 个通道的图像；请另存为 PNG。`
})
const failed: Text = { en: 'The part of Graft that decodes JPEG 2000 does not work here; save it as PNG, or install Graft again.', zh: 'Graft 的 JPEG 2000 解码组件在此无法运行；请另存为 PNG，或重新安装 Graft。' }
const tooLong: Text = { en: 'It took too long to decode.', zh: '解码时间过长。' }
