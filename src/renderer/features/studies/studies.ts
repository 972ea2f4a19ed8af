import type { Run } from '../../../contract/runs'
import { isTwin } from '../../shared/runs'

/** A study as far as its runs are here, its candidates first. */
export interface Study {
  id: string
  /** What its first candidate is called, without its seed. */
  name: string
  /** Candidates of other names, without their seeds: what a grid varies. */
  others: number
  runs: Run[]
  done: number
  /** When its youngest run was created. */
  createdAt: string
}

/** The last part of a repetition's name. */
const seedInName = /(?:, seed \d+|，种子 \d+)/

/** All studies that the runs belong to, the youngest first. */
export function studiesOf(runs: readonly Run[]): Study[] {
  const byId = new Map<string, Run[]>()
  for (const run of runs) {
    if (!run.study) continue
    const list = byId.get(run.study.id)
    if (list) list.push(run)
    else byId.set(run.study.id, [run])
  }
  return [...byId].map(([id, list]) => {
    const order = [...list].sort((a, b) => Number(isTwin(a)) - Number(isTwin(b)) || a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id))
    const names = new Set(order.filter((run) => !isTwin(run)).map(({ name }) => name.replace(seedInName, '')))
    return {
      id, runs: order, others: Math.max(0, names.size - 1), name: (order[0]?.name ?? id).replace(seedInName, ''), done: list.filter(({ state }) => state === 'done').length,
      createdAt: list.reduce((latest, { createdAt }) => createdAt > latest ? createdAt : latest, '')
    }
  }).sort((a, b) => b.createdAt.localeCompare(a.createdAt))
}

/** At most eight runs to hold against each other: a control of each kind first, then the candidates. */
export function comparedRuns({ runs }: Pick<Study, 'runs'>): string[] {
  const roles = new Map(runs.filter((run) => isTwin(run) && run.state === 'done').map((run) => [run.study?.role, run.id]))
  return [...roles.values(), ...runs.filter((run) => !isTwin(run) && run.state === 'done').map(({ id }) => id)].slice(0, 8)
}
