import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { GraftError } from '../../contract/errors'

/**
 * A solved two-class machine: decision(x) = Σ coefficient · K(example, x) − offset, and the probability of the positive
 * side is 1 / (1 + exp(slope · decision + intercept)).
 */
export interface TwoClassMachine { coefficients: Float64Array, offset: number, slope: number, intercept: number }

/** A problem of two classes. */
interface TwoClassProblem {
  /** Each example's number from 1, then its kernel with every example, [count, count + 1]. It is handed over: unusable afterwards. */
  matrix: Float32Array
  /** +1 or −1 of each example. */
  sides: Int8Array
  cost: number
  tolerance?: number
}

/**
 * LIBSVM (Chang and Lin 2011; libsvm-js, compiled to WebAssembly) in a thread: this process goes on answering, and an
 * abort ends the thread in the midst of its work. The caller closes it.
 */
export class Libsvm {
  // It lies beside the bundle under the same name.
  private readonly worker = new Worker(join(__dirname, 'libsvm-thread.cjs'), { stdout: true, stderr: true })
  private printed = ''

  constructor(private readonly signal: AbortSignal) {
    this.worker.stderr.on('data', (text: Buffer) => { this.printed = (this.printed + text.toString()).slice(-2000) })
  }

  /** @throws GraftError `svm-failed`; what the signal was aborted with */
  async solve({ matrix, sides, cost, tolerance = 1e-3 }: TwoClassProblem): Promise<TwoClassMachine> {
    this.signal.throwIfAborted()
    const waiting = new AbortController()
    const signal = AbortSignal.any([this.signal, waiting.signal])
    this.worker.postMessage({ matrix, sides, cost, tolerance }, [matrix.buffer as ArrayBuffer])
    try {
      const [text] = await Promise.race([
        once(this.worker, 'message', { signal }) as Promise<[unknown]>,
        once(this.worker, 'exit', { signal }).then(([code]) => { throw new Error(`LIBSVM's thread ended with ${String(code)}.`) })
      ])
      return readMachine(z.string().parse(text), sides.length)
    } catch (error) {
      this.signal.throwIfAborted()
      throw failed(sides.length, `${error instanceof Error ? error.message : String(error)}\n${this.printed}`)
    } finally {
      waiting.abort()
    }
  }

  async close(): Promise<void> {
    await this.worker.terminate()
  }
}

/**
 * Reads what LIBSVM writes of a two-class machine with a given kernel: a head of names and numbers, then a line
 * "coefficient 0:number" for each support vector. The side +1 comes first.
 */
export function readMachine(text: string, count: number): TwoClassMachine {
  const [head, vectors] = text.split(/^SV\n/m)
  const number = (name: string) => z.coerce.number().parse(new RegExp(`^${name} (\\S+)`, 'm').exec(head!)?.[1])
  const coefficients = new Float64Array(count)
  for (const [, coefficient, place] of (vectors ?? '').matchAll(/^(\S+) 0:(\d+)/gm)) coefficients[Number(place) - 1] = Number(coefficient)
  return { coefficients, offset: number('rho'), slope: number('probA'), intercept: number('probB') }
}

const failed = (count: number, details: string): GraftError => new GraftError('svm-failed', {
  en: `LIBSVM stopped on ${count} images of two classes.`, zh: `LIBSVM 在处理两个类别的 ${count} 张图像时停止。`
}, { details, remedy: { en: 'Grant fewer labels, or choose logistic-regression.', zh: '请减少标签数，或选择 logistic-regression。' } })
