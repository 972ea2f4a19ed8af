import type { Text } from '../../../contract/text'

/** Losses that several methods name alike. */
const common = {
  task: { en: 'Task', zh: '任务' },
  transfer: { en: 'Teacher', zh: '教师' },
  penalty: { en: 'Penalty', zh: '惩罚项' },
  discrepancy: { en: 'Discrepancy', zh: '分布差异' },
  domain: { en: 'Domains', zh: '域' }
} as const satisfies Record<string, Text>

/** Their words on the chart, for a method's `losses`. */
export const commonLosses = (...names: readonly (keyof typeof common)[]): Record<string, Text> =>
  Object.fromEntries(names.map((name) => [name, common[name]]))
