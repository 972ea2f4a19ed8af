import { createHash } from 'node:crypto'
import type { TwinRole } from '../contract/runs'
import type { StudyFile } from '../contract/studies'
import type { ModelRef } from '../contract/models'

/** The data sets that rows use; each is a folder or archive of research data that a person has, or is made of one. */
export type GauntletData = 'mnist' | 'usps' | 'usps-framed' | 'coloured-mnist' | 'coloured-mnist-grey' | 'cifar-10' | 'cifar-10-small' | 'cifar-100'
export type BaseSpec = StudyFile['base']

/** What a row has to reach. Empty: it is reported, and nothing is asked of it. */
interface Band {
  /** In points above the control. */
  above?: number
  /** In points above the control, where as good will do. */
  notBelow?: number
  /** In per cent. */
  atLeast?: number
  atMost?: number
}

/** A control of a row's own, where no twin is meant. */
interface OwnControl {
  name: string
  /** `source` is the model of the row's own source, where it has one. */
  spec(quick: boolean, source: ModelRef | undefined): BaseSpec
}

/** A published result, and how to rerun it. */
export interface TrainedRow {
  id: string
  title: string
  /** What was published; `none` where nothing was. */
  published: string
  /** Where that stands. */
  where?: string
  /** Methods that it needs; a row whose methods this version lacks is left out. */
  methods: readonly string[]
  data: readonly GauntletData[]
  /** What it is measured against: a control run at its budget, the model that it starts from, the best of its pool, or runs of its own. */
  control?: TwinRole | 'source' | 'best of pool' | OwnControl
  band: Band
  /** Seconds of work a seed on two cores, the first seed's source included: what the estimate is made of. */
  seconds: { whole: number, quick: number }
  /** A model to train first. */
  source?(quick: boolean): BaseSpec
  /** One source model for all seeds, or one per seed; one for all when absent. */
  sources?: 'one' | 'each-seed'
  /** Further models to train, the same for all seeds; each may start from the source. */
  pool?(quick: boolean, source: ModelRef | undefined): BaseSpec[]
  /** Which images are compared; the test images when absent. */
  on?: 'validation'
  /** Seeds at most: one where nothing is drawn. */
  seeds?: number
  /** The transfer; `source` and `pool` are the models of the above. */
  spec(quick: boolean, source: ModelRef | undefined, pool: readonly ModelRef[]): BaseSpec
}

/** The best of other rows: trains nothing. */
export interface BestRow {
  id: string
  title: string
  published: string
  where?: string
  best: readonly string[]
  band: Band
}

export type GauntletRow = TrainedRow | BestRow

export const isTrained = (row: GauntletRow): row is TrainedRow => 'spec' in row

/** What a row trains, in short: a result of another recipe does not stand for it. */
export function recipeOf(row: TrainedRow, quick: boolean): string {
  const control = typeof row.control === 'object' ? row.control.spec(quick, undefined) : row.control
  const trained = [row.source?.(quick), row.pool?.(quick, undefined), row.spec(quick, undefined, []), control]
  return createHash('sha256').update(JSON.stringify(trained)).digest('hex').slice(0, 16)
}

/** How a row's control is called in the table. */
export function controlName(row: GauntletRow): string {
  if (!isTrained(row) || row.control === undefined) return '–'
  return typeof row.control === 'string' ? row.control : row.control.name
}
