import { foretell, gainOf } from './foretell'
import { near } from './kept-score'
import type { Outcome } from './outcome'
import { outcomes } from './outcomes'

/** What the rule would have chosen on a task that it knows nothing of: foretold from the other tasks alone, among the methods tried on it. */
export function choiceFrom(others: readonly Outcome[], task: Outcome): string | undefined {
  const known = { ...task, crossValidated: task.crossValidated === undefined ? undefined : { value: task.crossValidated } }
  const ranked = Object.keys(task.accuracy).flatMap((method) => {
    const value = task.labelsPerClass === 0
      ? gainOf(method, known, others, ({ accuracy }) => accuracy['source-only'])?.mean : foretell(method, known, others)?.accuracy
    return value === undefined ? [] : [{ method, value }]
  })
  return ranked.sort((a, b) => b.value - a.value)[0]?.method
}

/** Of the measured tasks with a first choice, in how many it came within 2 points of the best method tried, each foretold from the others alone. */
export function measuredScore(tasks: readonly Outcome[] = outcomes): { tasks: number, right: number } {
  const gaps = tasks.flatMap((task) => {
    const chosen = choiceFrom(tasks.filter((other) => other !== task), task)
    return chosen === undefined ? [] : [Math.max(...Object.values(task.accuracy)) - task.accuracy[chosen]!]
  })
  return { tasks: gaps.length, right: gaps.filter((gap) => gap <= near).length }
}
