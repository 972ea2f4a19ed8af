import { labelGrantSchema, type TwinRole } from '../../../contract/runs'
import type { ArmScore, StudyReport } from '../../../contract/studies'

/** Accuracy over labels per class of candidates that differ in nothing else, or of the controls of theirs of one role. */
export interface BudgetLine {
  method: string
  /** Other settings in which these candidates differ from others of the study. */
  settings: Record<string, unknown>
  role?: TwinRole
  points: { perClass: number, score: ArmScore }[]
}

const path = 'target.labels'

/**
 * The lines that a study's arms draw over their label budgets; none where no arms differ in their labels alone.
 * @param all labels per class where all are granted, of the target of these runs; undefined where it cannot be told
 */
export function budgetLines(arms: StudyReport['arms'], all: (runs: readonly string[]) => number | undefined): BudgetLine[] {
  const lines = new Map<string, BudgetLine>()
  for (const { method, settings, score, twins } of arms) {
    const grant = labelGrantSchema.safeParse(settings[path])
    if (!grant.success) continue
    const perClass = grant.data === 'none' ? 0 : grant.data === 'all' ? all(score.runs) : grant.data.perClass
    if (perClass === undefined) continue
    const { [path]: _labels, ...others } = settings
    const add = (role: TwinRole | undefined, one: ArmScore): void => {
      if (one.mean === undefined) return
      const key = JSON.stringify([method, others, role])
      const line = lines.get(key) ?? { method, settings: others, ...(role && { role }), points: [] }
      lines.set(key, line)
      line.points.push({ perClass, score: one })
    }
    add(undefined, score)
    for (const { role, twin } of twins) add(role, twin)
  }
  const drawn = [...lines.values()].filter(({ points }) => points.length > 1)
  for (const { points } of drawn) points.sort((a, b) => a.perClass - b.perClass)
  // Controls alone would say nothing of a transfer.
  return drawn.some(({ role }) => role === undefined) ? drawn : []
}
