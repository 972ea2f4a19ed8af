import type { Run } from '../../../contract/runs'
import { balanceOf } from '../../../rules/statistics/balance'
import { formatCount, formatNumber, formatPercent } from '../../shared/format'
import type { TableColumn } from '../../shared/ui'
import { labelRank, stateRank } from './run-list'

/** Columns of the list that a person can choose, in their order; the name and the menu are always there. */
export const columnKeys = [
  'transfer', 'method', 'labels', 'state', 'curve', 'accuracy', 'validation', 'balanced', 'f1', 'loss', 'epochs', 'time', 'speed', 'seed',
  'learningRate', 'batchSize', 'study', 'tags', 'date'
] as const
export type ColumnKey = typeof columnKeys[number]

/** What is shown until a person chooses. In a narrow window the others stand as a second line under their neighbours. */
export const usualColumns = (narrow: boolean): ColumnKey[] => narrow
  ? ['method', 'state', 'curve', 'accuracy', 'date']
  : ['transfer', 'method', 'labels', 'state', 'curve', 'accuracy', 'time', 'date']

/** The columns of a choice that this version knows, in their order. */
export const knownColumns = (chosen: readonly string[]): ColumnKey[] => columnKeys.filter((key) => chosen.includes(key))

type Definition = Omit<TableColumn<Run>, 'key' | 'title'>
const share = (value: string | number): string => formatPercent(Number(value))
const numbers = { align: 'end', descendingFirst: true } as const

export const columnDefinitions = (methodTitle: (run: Run) => string, narrow: boolean): Record<ColumnKey, Definition> => ({
  transfer: { value: (run) => `${run.names.source} → ${run.names.target}` },
  method: { value: methodTitle },
  labels: { value: labelRank, descendingFirst: true },
  state: { value: (run) => stateRank(run.state), width: narrow ? '104px' : '120px' },
  curve: { width: '84px' },
  accuracy: { ...numbers, value: (run) => run.metrics.test?.accuracy ?? null, width: '148px' },
  validation: { ...numbers, value: (run) => run.metrics.validation?.accuracy ?? null, format: share },
  balanced: { ...numbers, value: (run) => run.metrics.test ? balanceOf(run.metrics.test).balancedAccuracy ?? null : null, format: share },
  f1: { ...numbers, value: (run) => run.metrics.test ? balanceOf(run.metrics.test).macroF1 ?? null : null, format: (value) => Number(value).toFixed(3) },
  loss: { align: 'end', value: (run) => run.metrics.test?.loss ?? null, format: (value) => Number(value).toFixed(3) },
  epochs: { ...numbers, value: (run) => run.epochs, format: (value) => formatCount(Number(value)) },
  time: { ...numbers, value: (run) => run.seconds },
  speed: { ...numbers, value: (run) => run.imagesPerSecond ?? null, format: (value) => formatCount(Math.round(Number(value))) },
  seed: { align: 'end', value: (run) => run.spec.training.seed },
  learningRate: { align: 'end', value: (run) => run.spec.training.learningRate, format: (value) => formatNumber(Number(value)) },
  batchSize: { align: 'end', value: (run) => run.spec.training.batchSize },
  study: { value: (run) => run.study?.id ?? null },
  tags: { value: (run) => run.marks?.tags.join(', ') || null },
  date: { ...numbers, value: (run) => run.createdAt }
})
