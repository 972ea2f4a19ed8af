import { GraftError } from '../../../contract/errors'
import type { CliCommand } from './command'

/** Commands that are planned but not there yet. Help does not show them, and they say so when called. */
const missing = ['advise'] as const

function notYet(name: string): GraftError {
  return new GraftError('not-yet', {
    en: `This version of Graft does not have "graft ${name}" yet.`, zh: `此版本的 Graft 还没有“graft ${name}”。`
  }, { remedy: { en: 'See graft --help for what it has.', zh: '现有命令见 graft --help。' } })
}

export const later: CliCommand = (program, context) => {
  for (const name of missing) {
    program.command(name, { hidden: true }).allowUnknownOption().allowExcessArguments().action(context.action(() => {
      throw notYet(name)
    }))
  }
}
