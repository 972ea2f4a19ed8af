import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { percent } from '../src/rules/format/figures'
import { choiceFrom, measuredScore } from '../src/rules/advice/measured-score'
import { outcomes } from '../src/rules/advice/outcomes'

/** The table of docs/advisor.md: the first choice from the other tasks, the best that was tried, and plain baselines. */
function tableOf(): string[] {
  return outcomes.map((task) => {
    const best = Object.entries(task.accuracy).reduce((winner, each) => each[1] > winner[1] ? each : winner)
    const chosen = choiceFrom(outcomes.filter((other) => other !== task), task)
    const reached = (method: string | undefined): string => {
      const accuracy = method === undefined ? undefined : task.accuracy[method]
      return accuracy === undefined ? '–' : percent(accuracy)
    }
    const gap = chosen === undefined ? '–' : (100 * (best[1] - task.accuracy[chosen]!)).toFixed(1)
    const seen = task.crossValidated === undefined ? '–' : percent(task.crossValidated)
    return `| ${[
      task.task, task.labelsPerClass || 'none', seen, chosen ? `\`${chosen}\` ${reached(chosen)}` : 'abstains', `\`${best[0]}\` ${percent(best[1])}`, gap,
      reached('linear-probe'), reached('fine-tuning'), reached('scratch')
    ].join(' | ')} |`
  })
}

it('the documented table is what the measured rows and the rule give, each task foretold from the others alone', () => {
  const page = readFileSync(join(__dirname, '..', 'docs', 'advisor.md'), 'utf8')
  const [, measured = ''] = /<!-- measured: begin -->\n([^]*?)<!-- measured: end -->/.exec(page) ?? []
  expect(measured.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| task')).join('\n')).toBe(tableOf().join('\n'))
})

it('what the advice says of itself is what the table shows', () => {
  const page = readFileSync(join(__dirname, '..', 'docs', 'advisor.md'), 'utf8')
  const words = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
  const { tasks, right } = measuredScore()
  expect(page).toContain(`**${words[right]} of ${words[tasks]}** tasks with labels`)
})

it('every row holds what a row needs', () => {
  for (const { accuracy, labelsPerClass, crossValidated, sourceKind } of outcomes) {
    expect(Object.keys(accuracy).length).toBeGreaterThan(1)
    for (const value of Object.values(accuracy)) expect(value > 0 && value <= 1).toBe(true)
    if (labelsPerClass > 0 && sourceKind !== 'fresh') expect(crossValidated).toBeGreaterThan(0)
    if (labelsPerClass === 0) expect(accuracy['source-only']).toBeGreaterThan(0)
  }
})
