import type { Page } from '@playwright/test'
import type { GraftApi } from '../../../src/contract/app'
import type { Envelope } from '../../../src/contract/define'
import type { Run, Spec } from '../../../src/contract/runs'
import { defaultsOf } from '../../../src/contract/parameters'
import { trainingParameters, type TrainingSettings } from '../../../src/contract/training'

type Requests = Omit<GraftApi, 'pathForFile'>
type InputOf<F> = F extends (input: infer Input) => unknown ? Input : never
/** The verbs that ask; an event's takes a listener. */
type Verbs<Noun extends keyof Requests> = {
  [Verb in keyof Requests[Noun]]: Requests[Noun][Verb] extends (input: never) => Promise<unknown> ? Verb : never
}[keyof Requests[Noun]] & string
type OutputOf<F> = F extends (input: never) => Promise<infer Output> ? Output : never

/** What the window's own bridge answers, envelope and all. */
export function askRaw(page: Page, noun: string, verb: string, input?: unknown): Promise<Envelope> {
  return page.evaluate(([nounName, verbName, value]) => {
    const bridge = (window as unknown as { graft: Record<string, Record<string, (input: unknown) => Promise<Envelope>>> }).graft
    return bridge[nounName as string]![verbName as string]!(value)
  }, [noun, verb, input] as const)
}

/** Asks main through the window, as the window does; throws the error's code and sentence. */
export async function ask<Noun extends keyof Requests & string, Verb extends Verbs<Noun>>(
  page: Page, noun: Noun, verb: Verb, input?: InputOf<Requests[Noun][Verb]>
): Promise<OutputOf<Requests[Noun][Verb]>> {
  const answer = await askRaw(page, noun, verb, input)
  if (!answer.ok) throw new Error(`${noun}.${verb}: ${answer.error.code}: ${answer.error.message.en}`)
  return answer.value as OutputOf<Requests[Noun][Verb]>
}

/** A spec on the embedded digits, from scratch on the processor. */
export function digitsSpec(training: Partial<TrainingSettings> = {}, labels: Spec['target']['labels'] = 'all'): Spec {
  return {
    source: { model: 'arch:seed-cnn' },
    target: { dataset: 'mnist-sample', labels },
    method: { id: 'scratch', params: {} },
    training: { ...defaultsOf(trainingParameters), ...training },
    device: 'cpu'
  }
}

/** Waits until the samples that a first start unpacks are there. */
export async function waitForSamples(page: Page): Promise<void> {
  await waitFor('the samples', 30_000, async () => (await ask(page, 'datasets', 'list')).datasets.length >= 2)
}

/** Waits until a run's record satisfies `wanted`, and gives it. */
export async function waitForRun(page: Page, id: string, what: string, wanted: (run: Run) => boolean, milliseconds = 60_000): Promise<Run> {
  return waitFor(what, milliseconds, async () => {
    const run = await ask(page, 'runs', 'get', { id })
    return wanted(run) ? run : undefined
  })
}

/** Asks again and again until the answer is truthy; throws after `milliseconds`. */
export async function waitFor<T>(what: string, milliseconds: number, look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  const end = Date.now() + milliseconds
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`waited ${milliseconds / 1000} s in vain for ${what}`)
    await new Promise((resolve) => { setTimeout(resolve, 50) })
  }
}
