import type { Run, Spec } from '../contract/runs'
import { createStudy } from '../library/studies'
import { keyOfSpec } from '../rules/studies/plan'
import type { Place, Trainer } from './place'

/** Runs of a study, each trained where it is not done yet. */
export class Trained {
  readonly all = new Map<string, Run>()

  constructor(private readonly place: Place, private readonly study: string, private readonly trainer: Trainer) {}

  async one(spec: Spec): Promise<Run> {
    return (await this.seeds(spec, 1))[0]!
  }

  /** So many seeds, counted up from the spec's own. */
  async seeds(spec: Spec, seeds: number): Promise<Run[]> {
    const { place, study, trainer } = this
    const engine = await place.engine()
    const made = await trainer.alone(() => createStudy(place.library, engine.catalogue(), {
      id: study, specs: [spec], seeds, twins: false, check: (candidate) => engine.check(candidate)
    }))
    const runs = await Promise.all(made.map((run) => run.state === 'done' ? run : trainer.train(run)))
    for (const run of runs) this.all.set(keyOfSpec(run.spec), run)
    return runs
  }
}
