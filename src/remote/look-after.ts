import pLimit from 'p-limit'
import { GraftError, toErrorValue } from '../contract/errors'
import type { Place } from '../contract/workers'
import type { Metric, Run, RunProgress } from '../contract/runs'
import { isOpen } from '../rules/states'
import type { Library } from '../library'
import { openBackend } from './backends'
import type { Backend } from './backends/backend'
import { Crew, roomOn } from './crew'
import { fetchLeft } from './left-there'
import { clusterProblems, isPassing, runProblems } from './problems'
import { RunCare } from './run-care'

interface LookAfter {
  library: Library
  /** Which of the runs that are away; all of them when absent. */
  of?(run: Run): boolean
  /** Lets go: what was given out goes on there. */
  signal: AbortSignal
  /** Ends once all is given out, instead of waiting until all is home. @throws why that cannot be, where waiting would not help */
  onlyGiveOut?: boolean
  /** A run's record has changed. */
  onRun?(run: Run): void
  onNews?(run: Run, news: { progress?: RunProgress, lines: Metric[] }): void
  /** The cluster or the folder cannot be reached, or another process has the runs; undefined once it goes on. */
  onWaiting?(error: GraftError | undefined): void
  /** In place of how often it looks. */
  milliseconds?: number
}

/** Runs that are given out at once; the others wait in their records. */
const mostGivenOut = 500
/** In one look, so that the first is computed while others are still being sent. */
const mostAtOnce = 50
/** How often the cluster is asked for its machines while a run waits there. */
const nodesMilliseconds = 60_000
/** How often it is tried to fetch what ended runs left there. */
const leftMilliseconds = 60_000
/** Between two looks, where no store says otherwise. */
const usualMilliseconds = 1_000

/** How it stands with one cluster; others go on whatever it is. */
interface Standing {
  /** Why waiting is all that can be done, by the run or the store that it was met with. */
  problems: Map<string, GraftError>
  noRoom?: GraftError | undefined
  nodes?: Awaited<ReturnType<Backend['nodes']>> | undefined
  nodesAskedAt: number
  crews: Map<string, Crew>
  /** How long it was left alone after the last look, and until when. */
  pause: number
  dueAt: number
}

/**
 * Gives out the runs that are to be computed elsewhere, follows them, and brings them home, until none is left. All that it
 * knows stands in the runs' records and in the store: whoever calls it next, after a crash or a night, goes on.
 */
export async function lookAfterRuns(options: LookAfter): Promise<void> {
  const keeper = new Keeper(options)
  try {
    await keeper.untilHome()
  } finally {
    await keeper.letGo()
  }
}

class Keeper {
  private readonly backends = new Map<string, Backend>()
  private readonly standings = new Map<string, Standing>()
  private readonly limit = pLimit(8)
  private readonly care: RunCare
  private waitingFor: GraftError | undefined
  private looks = 0
  /** What ended runs left there, being fetched. */
  private left: Promise<void> = Promise.resolve()
  private leftFrom = -Infinity

  constructor(private readonly options: LookAfter) {
    this.care = new RunCare({ ...options, backend: (place) => this.reachable(place) })
  }

  async untilHome(): Promise<void> {
    const { signal, onlyGiveOut = false } = this.options
    while (!signal.aborted) {
      const began = performance.now()
      this.care.records.changed.clear()
      const { mine, others } = await this.mine()
      // After that, so that one reading of all records serves both.
      this.lookForLeft()
      // What another process looks after comes home through that; should it end, this one goes on with them.
      if (mine.length === 0 && (others === 0 || onlyGiveOut)) return await this.left
      const milliseconds = this.options.milliseconds
        ?? Math.max(usualMilliseconds, ...[...this.care.records.watched.values()].map(({ store }) => store.pace))
      const groups = byCluster(mine)
      for (const on of this.standings.keys()) if (!groups.has(on)) this.standings.delete(on)
      await Promise.all([...groups].map(([on, runs]) => this.lookWhenDue(this.standing(on), runs, milliseconds)))
      const problems = [...this.standings.values()].flatMap((standing) => [...standing.problems.values()])
      this.tellWaiting(problems[0] ?? this.noRoom() ?? (mine.length === 0 ? runProblems.others(others) : undefined))
      if (onlyGiveOut) {
        const lasting = problems.find((problem) => !isPassing(problem))
        if (lasting) throw lasting
        // Those that were out already were looked at too: a process that ended in between may not have handed them over.
        if (problems.length === 0 && this.care.unsureJobs.size === 0 && (await this.mine()).mine.every(({ away }) => away!.attempt > 0)) return
      }
      const due = [...this.standings.values()].map(({ dueAt }) => dueAt - performance.now())
      await rest(Math.max(0, Math.min(...due, 5 * milliseconds), 2 * (performance.now() - began)), signal)
    }
  }

  async letGo(): Promise<void> {
    await this.left
    for (const id of this.care.records.watched.keys()) await this.options.library.runs.release(id).catch(() => undefined)
  }

  /** Beside all else, now and then: a folder that is gone may hang, and holds up nothing. */
  private lookForLeft(): void {
    if (performance.now() - this.leftFrom < leftMilliseconds) return
    this.leftFrom = performance.now()
    this.left = this.left.then(() => fetchLeft(this.options.library, this.options)).catch(() => undefined)
  }

  /** The runs that are away, the oldest first, and of how many another process looks after. */
  private async mine(): Promise<{ mine: Run[], others: number }> {
    const { library, of = () => true } = this.options
    const away = (await library.runs.list()).runs.filter((run) => run.away && isOpen(run) && of(run)).reverse()
    const mine: Run[] = []
    let others = 0
    const from = this.looks++ * mostGivenOut % Math.max(1, away.length)
    for (const [index, run] of away.entries()) {
      // Of thousands that wait, those whose turn it is are enough; a wish of a person is looked for among some of the others each time.
      const mayWait = mine.length >= mostGivenOut && run.away!.attempt === 0 && !this.care.records.watched.has(run.id)
      if (mayWait && (index < from || index >= from + mostGivenOut || !await this.care.records.isUnwanted(run))) continue
      if (!this.care.records.watched.has(run.id)) {
        try {
          await library.runs.claim(run.id, { away: true })
        } catch (error) {
          if (!(error instanceof GraftError) || error.code !== 'run-busy') throw error
          others++
          continue
        }
        if (!await this.care.records.take(run)) continue
      }
      mine.push(run)
    }
    return { mine, others }
  }

  private async lookWhenDue(standing: Standing, runs: readonly Run[], milliseconds: number): Promise<void> {
    if (performance.now() < standing.dueAt) return
    await this.lookAt(standing, runs)
    // A cluster that is gone is asked ever more rarely.
    standing.pause = [...standing.problems.values()].some(isPassing) ? Math.min(30 * milliseconds, Math.max(milliseconds, standing.pause * 1.5)) : milliseconds
    standing.dueAt = performance.now() + standing.pause
  }

  /** Looks at the runs of one cluster. What one of them meets stops none of the others. */
  private async lookAt(standing: Standing, runs: readonly Run[]): Promise<void> {
    const { problems } = standing
    problems.clear()
    const guarded = async ({ id, away }: Run, work: () => Promise<void>): Promise<void> => {
      try {
        await work()
      } catch (error) {
        const problem = error instanceof GraftError ? error : GraftError.fromValue(toErrorValue(error))
        problems.set(isPassing(problem) ? keyOf(problem, away!.place) : id, problem)
      }
    }
    const out = runs.filter(({ away }) => away!.attempt > 0)
    await Promise.all(out.map((run) => this.limit(() => guarded(run, () => this.care.follow(run)))))
    const stillOut = out.filter(({ id }) => this.care.records.watched.has(id)).length
    let room = Math.min(mostGivenOut - stillOut, this.options.onlyGiveOut === true ? Infinity : mostAtOnce)
    for (const run of runs.filter(({ away }) => away!.attempt === 0)) {
      const { place } = run.away!
      const isBlocked = problems.has(place.on) || problems.has(place.store)
      if (await this.care.records.isUnwanted(run)) await guarded(run, () => this.care.records.end(run, 'cancelled'))
      else if (room-- > 0 && !isBlocked && !this.options.signal.aborted) await guarded(run, () => this.care.giveOut(run))
    }
    await this.tendCrews(standing, runs, guarded)
    standing.noRoom = await this.tooLarge(standing, out)
  }

  /** Sees to it that there are jobs for what was given out: as many as are wanted at once, or as there is room for. */
  private async tendCrews(
    { crews, problems }: Standing, runs: readonly Run[], guarded: (run: Run, work: () => Promise<void>) => Promise<void>
  ): Promise<void> {
    const out = runs.map((run) => this.care.records.latest(run)).filter(({ id, away }) => away && away.attempt > 0 && this.care.records.watched.has(id))
    const queues = new Map<string, Run[]>()
    for (const run of out) queues.set(run.away!.queue ?? run.id, [...queues.get(run.away!.queue ?? run.id) ?? [], run])
    for (const queue of crews.keys()) if (!queues.has(queue)) crews.delete(queue)
    const all = [...queues].map(([queue, members]) => {
      const crew = crews.get(queue) ?? new Crew(this.care)
      crews.set(queue, crew)
      crew.meet(members)
      return { crew, members, first: members[0]!, place: members[0]!.away!.place }
    })
    const isBlocked = ({ on, store }: Place): boolean => problems.has(on) || problems.has(store) || this.options.signal.aborted
    // A number of slots counts the jobs of all studies there that have one: where one of these wants jobs, all are asked after.
    const isShort = all.some(({ crew, members, place: { slots } }) => slots !== undefined && crew.wantsJobs(members))
    for (const { crew, members, first, place } of all) {
      if (isBlocked(place) || !(crew.wantsJobs(members) || (isShort && place.slots !== undefined))) continue
      await guarded(first, () => crew.askAfter(members, this.reachable(place)))
    }
    for (const { crew, members, first, place } of all) {
      if (isBlocked(place) || !crew.wantsJobs(members)) continue
      await guarded(first, async () => {
        const others = place.slots === undefined ? [] : all.filter((each) => each.crew !== crew && each.place.slots !== undefined)
        const taken = others.reduce((sum, { crew: { size } }) => sum + size, 0)
        // One job more than there is room for waits in the cluster: it takes what gets free, and has a cluster grow that can.
        const room = place.slots ?? roomOn(await this.machines(place), place) + 1
        // What nobody looks at later needs a job now, or it is never begun.
        await crew.fill(members, Math.min(Math.max(room - taken, this.options.onlyGiveOut === true ? 1 : 0), mostGivenOut))
      })
    }
  }

  /** The cluster's machines, asked for now and then, for they come and go. */
  private async machines(place: Place): Promise<Awaited<ReturnType<Backend['nodes']>>> {
    const standing = this.standing(place.on)
    if (standing.nodes === undefined || performance.now() - standing.nodesAskedAt > nodesMilliseconds) {
      standing.nodes = await this.reachable(place).nodes()
      standing.nodesAskedAt = performance.now()
    }
    return standing.nodes
  }

  /** Why runs that were given out may wait for ever: no machine there has as many cores or cards. */
  private async tooLarge(standing: Standing, out: readonly Run[]): Promise<GraftError | undefined> {
    const place = out.find(({ id }) => this.care.records.watched.get(id)?.heardAt === -Infinity)?.away?.place
    if (!place || standing.problems.has(place.on)) return undefined
    try {
      const nodes = await this.machines(place)
      const most = nodes.reduce((cores, node) => Math.max(cores, node.cores), 0)
      const fits = nodes.length === 0 || nodes.some(({ cores, gpus }) => cores >= place.cores && gpus >= (place.gpus ?? 0))
      return fits ? undefined : clusterProblems.noRoom(place.on, place.cores, place.gpus ?? 0, most)
    } catch {
      // Whether it can be reached is told where its jobs are asked after.
      return undefined
    }
  }

  private noRoom(): GraftError | undefined {
    return [...this.standings.values()].find(({ noRoom }) => noRoom)?.noRoom
  }

  private standing(on: string): Standing {
    const standing = this.standings.get(on) ?? {
      problems: new Map<string, GraftError>(), nodesAskedAt: -Infinity, crews: new Map<string, Crew>(), pause: 0, dueAt: -Infinity
    }
    this.standings.set(on, standing)
    return standing
  }

  /** The cluster; one that did not answer a moment ago is not asked again for each of its runs. */
  private reachable({ on }: Place): Backend {
    const problem = this.standing(on).problems.get(on)
    if (problem) throw problem
    const known = this.backends.get(on) ?? openBackend(on)
    this.backends.set(on, known)
    return known
  }

  /** Told once when it begins, and once when it is over. */
  private tellWaiting(problem: GraftError | undefined): void {
    if (problem?.message !== this.waitingFor?.message) this.options.onWaiting?.(problem)
    this.waitingFor = problem
  }
}

function byCluster(runs: readonly Run[]): Map<string, Run[]> {
  const groups = new Map<string, Run[]>()
  for (const run of runs) {
    const { on } = run.away!.place
    groups.set(on, [...groups.get(on) ?? [], run])
  }
  return groups
}

/** What a passing problem concerns: the cluster, or the store that its runs share. */
const keyOf = ({ code }: GraftError, { on, store }: Place): string => code === 'store-unreachable' ? store : on

const rest = (milliseconds: number, signal: AbortSignal): Promise<void> => new Promise((resolve) => {
  if (signal.aborted) return resolve()
  const done = (): void => {
    clearTimeout(timer)
    signal.removeEventListener('abort', done)
    resolve()
  }
  const timer = setTimeout(done, milliseconds)
  signal.addEventListener('abort', done)
})
