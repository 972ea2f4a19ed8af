import type { Language } from '../../../contract/text'
import type { NextAction, Suggestion } from '../../../rules/next/suggest'
import { wrap } from '../../../rules/format/columns'

/** What to do after a run, for a terminal; empty where there is nothing. */
export function nextText(suggestions: readonly Suggestion[], language: Language): string {
  if (suggestions.length === 0) return ''
  return ['', language === 'zh' ? '接下来：' : 'What next:', ...suggestions.map(({ text, action }) => {
    const how = action && flagsOf(action)
    return wrap(`${text[language]}${how === undefined ? '' : ` [${how}]`}`, 100, '  ')
  })].join('\n')
}

/** What to write in the terminal for what is a click in the window. */
function flagsOf(action: NextAction): string | undefined {
  if (action.kind === 'compare') return `graft runs compare ${action.ids.join(' ')}`
  if (action.kind === 'pictures') return undefined
  const { method, labels, epochs, learningRate, twins } = action
  return [
    method !== undefined && `--method ${method}`, labels !== undefined && typeof labels === 'object' && `--labels ${labels.perClass}`,
    epochs !== undefined && `--epochs ${epochs}`, learningRate !== undefined && `--learning-rate ${learningRate}`, twins === true && '--twins'
  ].filter(Boolean).join(' ')
}
