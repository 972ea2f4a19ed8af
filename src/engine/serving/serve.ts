import type { ModelRef } from '../../contract/models'
import type { Language } from '../../contract/text'
import { GraftError } from '../../contract/errors'
import type { Library } from '../../library'
import { answersOf, pixelsFor } from '../models/answers'
import { openAnswering } from '../models/open'
import { inferenceBatchSize } from '../network/batch-sizes'
import { versions } from '../versions'
import { MicroBatcher } from './batcher'
import { startServer } from './server'

export interface ServeRequest {
  ref: ModelRef
  /** 0 takes any that is free. */
  port: number
  /** Of the page and of messages. */
  language: Language
}

export interface ServeHooks {
  /** Ends the service: open requests are answered first. */
  signal: AbortSignal
  /** It answers now. */
  onReady(address: string): void
  /** Pictures answered so far. */
  onAnswered?(count: number): void
}

/** Pictures answered in one pass. */
const batchSize = 32

/**
 * Answers requests on the loopback address until its signal, and gives how many pictures were answered. The model has
 * answered once before it is said to be ready: the first call of a backend takes longest.
 * @throws GraftError `port-in-use` …
 */
export async function serve(library: Library, { ref, port, language }: ServeRequest, { signal, onReady, onAnswered }: ServeHooks): Promise<number> {
  const summary = await library.models.get(ref)
  const model = await openAnswering(library, ref)
  let answered = 0
  try {
    const { definition } = model.network
    const [height, width] = definition.input
    const most = inferenceBatchSize(definition, batchSize)
    answersOf(model, Array.from({ length: Math.min(2, most) }, () => new Uint8Array(height * width * 3)))
    const batcher = new MicroBatcher((pictures: readonly Uint8Array[]) => answersOf(model, pictures), most)
    const server = await startServer({
      summary, port, language, version: versions().graft,
      answer: async (bytes) => {
        const answer = await batcher.ask(await pixelsFor(model, bytes))
        answered++
        onAnswered?.(answered)
        return answer
      }
    }).catch((error: unknown) => { throw portProblem(error, port) })
    onReady(server.address)
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
    await server.stop()
    return answered
  } finally {
    model.dispose()
  }
}

function portProblem(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error
  return new GraftError('port-in-use', code === 'EACCES'
    ? { en: `Port ${port} may not be used by this person.`, zh: `当前用户不能使用端口 ${port}。` }
    : { en: `Port ${port} is in use by another program.`, zh: `端口 ${port} 已被其他程序占用。` }, {
    field: 'port', remedy: { en: 'Choose another with --port, or 0 for any that is free.', zh: '请用 --port 选择其他端口，或用 0 选取任一空闲端口。' }
  })
}
