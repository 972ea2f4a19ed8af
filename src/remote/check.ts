import { GraftError, toErrorValue, type ErrorValue } from '../contract/errors'
import { nodeReportSchema, type ClusterNode, type NodeReport, type Place, type Workers } from '../contract/workers'
import type { BackendSummary } from '../contract/runs'
import type { Text } from '../contract/text'
import { newId } from '../library/disk'
import { openBackend } from './backends'
import { shellWord, type Backend, type JobStanding } from './backends/backend'
import { lastLines } from './http'
import { nodeProblems, runProblems } from './problems'
import { openStore } from './stores'
import type { Store } from './stores/store'

/** Begins the line of a job's log that holds a node's report. */
export const reportMark = 'GRAFT-NODE '

const probeKey = (token: string): string => `probes/${token}/home`

interface CheckWanted {
  place: Omit<Place, 'store'> & { store?: string }
  /** What this machine computes with, to say which nodes compute other last digits. */
  here: BackendSummary
  version: string
  signal: AbortSignal
  /** How long a node may take to answer. */
  seconds?: number
}

/**
 * Looks at a cluster: what it is, its nodes, and by a small job on each of them whether Graft is there, in which version, and
 * whether the node sees the folder that data and results go through.
 * @throws GraftError where the cluster or the folder cannot be reached at all
 */
export async function checkWorkers({ place, here, version, signal, seconds = 60 }: CheckWanted): Promise<Workers> {
  const backend = openBackend(place.on)
  const engine = await backend.about()
  const found = await backend.nodes()
  const token = newId()
  const store = place.store === undefined ? undefined : openStore(place.store)
  await store?.write(probeKey(token), token)
  try {
    const nodes = await Promise.all(found.map(async (node): Promise<ClusterNode> => {
      try {
        const report = await askNode({ backend, place, token, node: node.id, signal, seconds })
        return { ...node, report, problems: problemsOf(report, { version, store }) }
      } catch (error) {
        return { ...node, problems: [toErrorValue(error)] }
      }
    }))
    const cores = (node: ClusterNode): number => Math.floor(node.cores / place.cores)
    const cards = (node: ClusterNode): number => place.gpus ? Math.floor(node.gpus / place.gpus) : Infinity
    return {
      on: place.on, engine, nodes,
      slots: nodes.filter(({ problems }) => problems.length === 0).reduce((sum, node) => sum + Math.min(cores(node), cards(node)), 0),
      notes: nodes.flatMap(({ host, report }) => report ? differences(host, report, { ...here, threads: place.cores }) : [])
    }
  } finally {
    await store?.remove(`probes/${token}`).catch(() => undefined)
  }
}

/** On a node: whether it sees what the other machine left in the folder, and can write beside it. */
export async function lookForProbe(store: Store, token: string): Promise<NodeReport['store']> {
  try {
    const seen = await store.read(probeKey(token))
    if (seen === undefined || Buffer.from(seen).toString('utf8') !== token) return 'not-seen'
  } catch {
    return 'not-seen'
  }
  try {
    await store.write(`probes/${token}/${newId()}`, 'here')
    return 'seen'
  } catch {
    return 'read-only'
  }
}

interface AskNode extends Pick<CheckWanted, 'place' | 'signal'> {
  backend: Backend
  token: string
  node: string
  seconds: number
}

async function askNode({ backend, place, token, node, signal, seconds }: AskNode): Promise<NodeReport> {
  const { program = 'graft', store, storeThere = store, cores } = place
  const id = `graft-check-${token}-${node.slice(0, 12)}`
  const words = ['workers', 'report', '--threads', String(cores), ...storeThere === undefined ? [] : ['--from', storeThere, '--token', token]]
  // Next to nothing of a core: a node at work answers too.
  await backend.submit({ id, command: `exec ${program} ${words.map(shellWord).join(' ')}`, cores: 0.01, node })
  let standing: JobStanding = { state: 'waiting' }
  for (const end = performance.now() + seconds * 1000; ['waiting', 'running'].includes(standing.state);) {
    if (signal.aborted || performance.now() > end) {
      await backend.stop(id).catch(() => undefined)
      throw nodeProblems.silent(seconds)
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
    standing = await backend.standing(id)
  }
  const log = await backend.logs(id)
  const line = log.split('\n').find((each) => each.startsWith(reportMark))
  const report = nodeReportSchema.safeParse(line === undefined ? undefined : jsonOf(line.slice(reportMark.length)))
  if (report.success) return report.data
  throw GraftError.fromValue(runProblems.noGraft(program, lastLines(log || standing.message || '')))
}

function problemsOf(report: NodeReport, { version, store }: { version: string, store: Store | undefined }): ErrorValue[] {
  return [
    ...report.graft === version ? [] : [nodeProblems.otherVersion(report.graft, version)],
    ...store && report.store === 'not-seen' ? [nodeProblems.storeNotSeen(store.address)] : [],
    ...store && report.store === 'read-only' ? [nodeProblems.storeReadOnly(store.address)] : []
  ].map(({ value }) => value)
}

/** Why a node computes other last digits than this machine. */
function differences(host: string, there: NodeReport, here: BackendSummary): Text[] {
  const parts = [[there.library, here.library], [there.device, here.device]].filter(([a, b]) => a !== b).map(([a]) => a!)
  return parts.length === 0 ? [] : [{
    en: `${host} computes with ${parts.join(', ')}: its numbers may differ from this machine's in the last digits. Each run's record says what it was computed with.`,
    zh: `${host} 使用 ${parts.join('、')}：其数值的末位可能与本机不同。每次运行的记录都会注明所用设备。`
  }]
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
