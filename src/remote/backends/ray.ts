import { z } from 'zod'
import { GraftError } from '../../contract/errors'
import { ask, lastLines, readAnswer } from '../http'
import { clusterProblems } from '../problems'
import type { Backend, JobStanding, JobState, JobWanted } from './backend'

const versionSchema = z.object({ ray_version: z.string() })
const jobSchema = z.object({
  status: z.enum(['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'STOPPED']),
  message: z.string().nullish(),
  driver_exit_code: z.int().nullish(),
  driver_node_id: z.string().nullish()
})
const logsSchema = z.object({ logs: z.string() })
const nodesSchema = z.object({
  data: z.object({
    summary: z.array(z.object({
      hostname: z.string().optional(),
      ip: z.string().optional(),
      raylet: z.object({
        nodeId: z.string(), state: z.string().optional(), isHeadNode: z.boolean().optional(), nodeManagerAddress: z.string().optional(),
        nodeManagerHostname: z.string().optional(), resourcesTotal: z.record(z.string(), z.number()).default({})
      })
    }))
  })
})

const states: Record<z.infer<typeof jobSchema>['status'], JobState> = {
  PENDING: 'waiting', RUNNING: 'running', SUCCEEDED: 'succeeded', FAILED: 'failed', STOPPED: 'stopped'
}

/**
 * Ray's Jobs API over HTTP, with the dashboard's list of nodes (docs.ray.io, "Ray Jobs REST API"; tried with Ray 2.60.0).
 * A job's id is its submission id, which Ray takes only once: what was handed over is never started twice.
 */
export class RayBackend implements Backend {
  constructor(readonly address: string, private readonly token: string | undefined = process.env.RAY_AUTH_TOKEN) {}

  async about(): Promise<string> {
    const answer = await this.ask('api/version')
    if (answer.status !== 200) throw clusterProblems.notACluster(this.address, `status ${answer.status}`)
    try {
      return `Ray ${readAnswer(this.address, answer, versionSchema).ray_version}`
    } catch (error) {
      throw clusterProblems.notACluster(this.address, error instanceof GraftError ? error.value.details ?? '' : '')
    }
  }

  async submit({ id, command, cores, gpus, memoryBytes, node }: JobWanted): Promise<void> {
    try {
      const answer = await this.ask('api/jobs/', {
        method: 'POST',
        body: {
          entrypoint: command, submission_id: id, entrypoint_num_cpus: cores,
          ...(gpus !== undefined && gpus > 0 && { entrypoint_num_gpus: gpus }),
          ...(memoryBytes !== undefined && { entrypoint_memory: memoryBytes }),
          ...(node !== undefined && { entrypoint_label_selector: { 'ray.io/node-id': node } })
        }
      })
      if (answer.status === 200) return
      if (!isThere(answer.text)) throw clusterProblems.rejected(this.address, lastLines(answer.text))
    } catch (error) {
      // Ray tells this as a failure of its own.
      if (!(error instanceof GraftError) || !isThere(error.value.details ?? '')) throw error
    }
  }

  async standing(id: string): Promise<JobStanding> {
    const answer = await this.ask(`api/jobs/${encodeURIComponent(id)}`)
    if (answer.status === 404) return { state: 'unknown' }
    const { status, message, driver_exit_code: exitCode, driver_node_id: node } = readAnswer(this.address, answer, jobSchema)
    return {
      state: states[status], ...(message != null && { message }), ...(exitCode != null && { exitCode }), ...(node != null && { node })
    }
  }

  async logs(id: string): Promise<string> {
    try {
      const answer = await this.ask(`api/jobs/${encodeURIComponent(id)}/logs`)
      return answer.status === 200 ? readAnswer(this.address, answer, logsSchema).logs : ''
    } catch (error) {
      // The node that holds them may be gone, which Ray tells as a failure of its own.
      if (error instanceof GraftError && error.code === 'cluster-failing') return ''
      throw error
    }
  }

  async stop(id: string): Promise<void> {
    await this.ask(`api/jobs/${encodeURIComponent(id)}/stop`, { method: 'POST' })
  }

  async nodes(): ReturnType<Backend['nodes']> {
    const { data: { summary } } = readAnswer(this.address, await this.ask('nodes?view=summary'), nodesSchema)
    return summary.filter(({ raylet: { state = 'ALIVE' } }) => state === 'ALIVE').map(({ hostname, ip, raylet }) => ({
      id: raylet.nodeId,
      host: hostname ?? raylet.nodeManagerHostname ?? raylet.nodeId.slice(0, 8),
      address: ip ?? raylet.nodeManagerAddress ?? '',
      head: raylet.isHeadNode === true,
      cores: raylet.resourcesTotal.CPU ?? 0,
      gpus: raylet.resourcesTotal.GPU ?? 0,
      memoryBytes: Math.round(raylet.resourcesTotal.memory ?? 0)
    }))
  }

  private ask(path: string, request: Parameters<typeof ask>[2] = {}): ReturnType<typeof ask> {
    return ask(this.address, path, { ...request, ...(this.token !== undefined && this.token !== '' && { headers: { authorization: `Bearer ${this.token}` } }) })
  }
}

const isThere = (text: string): boolean => /submission_id \S+ already exists/.test(text)
