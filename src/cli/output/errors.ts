import type { CommanderError } from 'commander'
import { cancelledError, GraftError, toErrorValue, type ErrorValue, type GraftErrorOptions } from '../../contract/errors'
import { inLanguage, type Language, type Text } from '../../contract/text'
import { terminalSafe } from './terminal-safe'

export const exitCodes = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const

/** An error that says the command was called wrongly: exit code 2. */
export function usageError(code: string, message: Text, options: GraftErrorOptions = {}): GraftError {
  return new GraftError(code, message, { ...options, usage: true })
}

export function exitCodeOf(error: ErrorValue): number {
  if (error.code === 'cancelled') return exitCodes.cancelled
  return error.usage ? exitCodes.usage : exitCodes.failed
}

/** The reason as one line for a terminal: what is wrong, then what to do and which methods would do instead. */
export function reasonLine(error: ErrorValue, language: Language): string {
  const remedy = error.remedy && inLanguage(error.remedy, language)
  const { fit = [], withLabels = [] } = error.methods ?? {}
  const zh = language === 'zh'
  const listed = fit.length > 0 && (zh ? `适合当前选择的方法：${fit.join('、')}。` : `Methods that fit what is chosen now: ${fit.join(', ')}.`)
  const labelled = withLabels.length > 0
    && (zh ? `给予目标标签后适合的方法：${withLabels.join('、')}。` : `Methods that would do with target labels: ${withLabels.join(', ')}.`)
  return terminalSafe(`graft: ${[inLanguage(error.message, language), remedy, listed, labelled].filter(Boolean).join(' ')}`.replace(/\s*\n\s*/g, ' '))
}

const quoted = (message: string): string => /'([^']*)'/.exec(message)?.[1] ?? ''

const commanderMessages: Record<string, (name: string, original: string) => Text> = {
  'commander.help': () => ({ en: 'A command is missing.', zh: '缺少命令。' }),
  'commander.unknownOption': (name) => ({ en: `There is no flag ${name}.`, zh: `没有 ${name} 这个选项。` }),
  'commander.unknownCommand': (name) => ({ en: `There is no command "${name}".`, zh: `没有“${name}”这个命令。` }),
  'commander.missingArgument': (name) => ({ en: `The argument ${name.toUpperCase()} is missing.`, zh: `缺少参数 ${name.toUpperCase()}。` }),
  'commander.optionMissingArgument': (name) => ({ en: `The flag ${name} needs a value.`, zh: `选项 ${name} 需要一个值。` }),
  'commander.missingMandatoryOptionValue': (name) => ({ en: `The flag ${name} is missing.`, zh: `缺少选项 ${name}。` }),
  'commander.excessArguments': (name, original) => {
    const [, expected, got] = /Expected (\d+) arguments? but got (\d+)/.exec(original) ?? []
    return {
      en: `Too many arguments${name && ` for ${name}`}: ${got} instead of ${expected}.`,
      zh: `${name && `${name} 的`}参数过多：应为 ${expected} 个，实为 ${got} 个。`
    }
  }
}

/** What commander complains about, as an error of Graft's; `undefined` when it only showed help or the version. */
export function fromCommander(error: CommanderError, commandPath: string): GraftError | undefined {
  if (error.exitCode === 0) return undefined
  const suggestion = /\(Did you mean (?:one of )?(.+?)\?\)/.exec(error.message)?.[1]
  const help = `${commandPath} --help`
  const remedy: Text = suggestion
    ? { en: `Did you mean ${suggestion}? See ${help}.`, zh: `是否想用 ${suggestion}？参见 ${help}。` }
    : { en: `See ${help}.`, zh: `参见 ${help}。` }
  const original = error.message.replace(/^error: /, '').replace(/\s*\(Did you mean.*$/s, '')
  const message = commanderMessages[error.code]?.(quoted(original), original) ?? { en: `${original}.`, zh: `${original}。` }
  const code = error.code.replace(/^commander\./, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return usageError(code, message, { remedy })
}

/** Anything thrown as an error value. After the person has stopped the work, everything thrown counts as cancelled. */
export function errorValueOf(thrown: unknown, signal: AbortSignal): ErrorValue {
  const value = toErrorValue(thrown)
  const stopped = signal.aborted && (value.code === 'unexpected' || value.code === 'aborted')
  return stopped ? cancelledError().value : value
}
