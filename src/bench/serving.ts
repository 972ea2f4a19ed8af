import type { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'

interface Load {
  /** Picture files' bytes, sent in turn. */
  bodies: readonly Uint8Array[]
  /** Requests that are begun each second, whether those before are answered or not. */
  perSecond: number
  requests: number
}

const answerSchema = z.object({ classes: z.array(z.object({ class: z.string(), probability: z.number() })), noneOfThese: z.boolean().optional() })
type Answered = z.infer<typeof answerSchema>

interface Loaded {
  /** In the order of the requests; undefined for one that was lost. */
  answers: (Answered | undefined)[]
  lost: number
  seconds: number
  /** Within which 95 of 100 were answered. */
  milliseconds: number
}

/** Asks a served model at a steady pace, as callers that know nothing of one another do. */
export async function loadService(address: string, { bodies, perSecond, requests }: Load): Promise<Loaded> {
  // Loaded here: at the start of every command it would be a tenth of what is loaded.
  const http = await import('node:http')
  const agent = new http.Agent({ keepAlive: true, maxSockets: 128 })
  const began = performance.now()
  const times: number[] = []
  const asked: Promise<Answered | undefined>[] = []
  for (let index = 0; index < requests; index++) {
    const due = began + index * 1000 / perSecond
    if (due > performance.now()) await wait(due - performance.now())
    const sent = performance.now()
    asked.push(ask(address, bodies[index % bodies.length]!, agent, http.request).then((answer) => {
      times.push(performance.now() - sent)
      return answer
    }, () => undefined))
  }
  const answers = await Promise.all(asked)
  agent.destroy()
  times.sort((a, b) => a - b)
  return {
    answers, lost: answers.filter((answer) => answer === undefined).length, seconds: (performance.now() - began) / 1000,
    milliseconds: times[Math.ceil(times.length * 0.95) - 1] ?? 0
  }
}

function ask(address: string, body: Uint8Array, agent: Agent, begin: typeof request): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = begin(new URL('/predict', address), {
      method: 'POST', agent, headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': body.length }
    }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk }).on('error', reject).on('end', () => {
        if (response.statusCode === 200) resolve(answerSchema.parse(JSON.parse(text)))
        else reject(new Error(`status ${response.statusCode}`))
      })
    })
    asked.on('error', reject).end(body)
  })
}
