import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

// For tests: a cluster's head that speaks as Ray's does. What its jobs do is the test's.

export interface FakeJob {
  id: string
  entrypoint: string
  cores: number
  status: 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'STOPPED'
  message?: string
  exitCode?: number
  log: string
  stop: AbortController
}

/** Answers as Ray 2.60.0 was seen to. */
export class FakeRay {
  readonly jobs = new Map<string, FakeJob>()
  /** Every job that was handed over, in order. */
  readonly submitted: string[] = []
  /** In place of an answer. */
  answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  /** What a job does once it is handed over. */
  onJob: (job: FakeJob) => void = () => undefined
  private server: Server | undefined
  private port = 0

  get address(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    this.server = createServer((request, response) => void this.handle(request, response))
    this.server.listen(this.port, '127.0.0.1')
    await once(this.server, 'listening')
    this.port = (this.server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    const { server } = this
    this.server = undefined
    server?.closeAllConnections()
    if (server) await new Promise((done) => server.close(done))
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (status: number, content: unknown): void => {
      response.writeHead(status)
      response.end(typeof content === 'string' ? content : JSON.stringify(content))
    }
    const body: Buffer[] = []
    for await (const part of request as AsyncIterable<Buffer>) body.push(part)
    if (this.answer?.(request, response)) return
    if (request.method !== 'GET' && request.headers['sec-fetch-mode'] !== undefined) return say(405, "'POST' method not allowed for browser traffic.")
    const path = request.url ?? ''
    if (path === '/api/version') return say(200, { version: '4', ray_version: '2.60.0' })
    if (path === '/nodes?view=summary') return say(200, { result: true, data: { summary: [this.node('one', true), this.node('two', false)] } })
    if (path === '/api/jobs/' && request.method === 'POST') return this.submit(JSON.parse(Buffer.concat(body).toString()) as Submitted, say)
    const [, id = '', what] = /^\/api\/jobs\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? []
    const job = this.jobs.get(id)
    if (!job) return say(404, `Job ${id} does not exist`)
    if (what === 'logs') return say(200, { logs: job.log })
    if (what === 'stop') {
      const living = job.status === 'PENDING' || job.status === 'RUNNING'
      if (living) Object.assign(job, { status: 'STOPPED', message: 'Job was intentionally stopped.' })
      job.stop.abort()
      return say(200, { stopped: living })
    }
    say(200, {
      type: 'SUBMISSION', status: job.status, message: job.message ?? null, driver_exit_code: job.exitCode ?? null, driver_node_id: 'one'
    })
  }

  private submit({ submission_id: id, entrypoint, entrypoint_num_cpus: cores }: Submitted, say: (status: number, content: unknown) => void): void {
    if (this.jobs.has(id)) return say(500, `Traceback …\nValueError: Job with submission_id ${id} already exists. Please use a different submission_id.\n.\n`)
    const job: FakeJob = { id, entrypoint, cores, status: 'PENDING', log: '', stop: new AbortController() }
    this.jobs.set(id, job)
    this.submitted.push(id)
    say(200, { job_id: id, submission_id: id })
    this.onJob(job)
  }

  private node(id: string, head: boolean) {
    return {
      hostname: `host-${id}`, ip: '192.0.2.7',
      raylet: { nodeId: id, state: 'ALIVE', isHeadNode: head, resourcesTotal: { CPU: 4, memory: 8e9, ...(!head && { GPU: 1 }) } }
    }
  }
}

interface Submitted { submission_id: string, entrypoint: string, entrypoint_num_cpus: number }
