import { readFile } from 'node:fs/promises'
import { idSchema } from '../../contract/datasets'
import { specSchema } from '../../contract/runs'
import { carryOutAll, openStore } from '../../remote'
import type { Context } from '../context'
import { exitCodes, usageError } from '../output/errors'
import type { Result } from '../output/result'
import { createRun, train, trainResult } from './train'

interface SpecFlag {
  spec: string
  from?: string
  attempt?: string
  queue?: string
  threads?: string
  name?: string
}

/**
 * Trains the spec in a file: `spec.json` of a run's folder repeats that run. With `from` it is one that another machine gave
 * out, and what comes of it goes back there.
 */
export async function runSpecFile(context: Context, { spec: file, from, attempt = '1', queue, threads, name }: SpecFlag): Promise<Result> {
  // Before TensorFlow is loaded: the last digits depend on it.
  if (threads !== undefined) process.env.TF_NUM_INTRAOP_THREADS = String(wholeNumber(threads, '--threads'))
  if (from !== undefined) return carryOutHere(context, file, { from, attempt: wholeNumber(attempt, '--attempt'), queue })
  const spec = specSchema.safeParse(jsonOf(await readFile(file, 'utf8')))
  if (!spec.success) {
    throw usageError('not-a-spec', { en: `${file} is not a spec: ${spec.error.issues[0]?.message ?? ''}.`, zh: `${file} 不是规格：${spec.error.issues[0]?.message ?? ''}。` }, {
      field: 'spec', remedy: { en: 'spec.json in a run’s folder is one.', zh: '运行文件夹中的 spec.json 即是规格。' }
    })
  }
  await context.readyLibrary()
  await context.readyModels({ mentioned: JSON.stringify(spec.data) })
  const created = await createRun(context, spec.data, name)
  context.notice({ en: `Run ${created.id}`, zh: `运行 ${created.id}` })
  return trainResult(context, await train(context, created))
}

/** On a node. What it prints is the job's log there. */
async function carryOutHere(
  context: Context, key: string, { from, attempt, queue }: { from: string, attempt: number, queue: string | undefined }
): Promise<Result> {
  const run = idSchema.safeParse(/^runs\/([^/]+)\/parcel\.json$/.exec(key)?.[1])
  if (!run.success) throw usageError('not-a-spec', { en: `${key} is no run of a shared folder.`, zh: `${key} 不是共享文件夹中的运行。` }, { field: 'spec' })
  const { cacheDir, loadEngine } = context.surroundings
  const progress = context.progress()
  const attempts: { run: string, attempt: number, ended: string }[] = []
  const ended = await carryOutAll({
    store: openStore(from), run: run.data, attempt, queue, cacheDir, signal: context.signal,
    onEnded: (each) => attempts.push(each),
    train: async (library, id, hooks) => (await loadEngine({ library, cacheDir })).train(id, {
      ...hooks,
      onProgress: (at) => {
        progress.run(at)
        hooks.onProgress(at)
      }
    })
  })
  progress.stop()
  return {
    document: { attempts }, text: attempts.map((each) => `${each.run} ${each.attempt} ${each.ended}`).join('\n'), exitCode: ended === 'cancelled' ? exitCodes.cancelled : exitCodes.done
  }
}

function wholeNumber(text: string, flag: string): number {
  const value = Number(text)
  if (/^\d{1,4}$/.test(text) && value >= 1) return value
  throw usageError('invalid-value', { en: `${flag} takes a whole number from 1, not "${text}".`, zh: `${flag} 应为从 1 起的整数，而不是“${text}”。` }, { field: flag.slice(2) })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
