import type { CliCommand } from './shared/command'
import type { Result } from '../output/result'
import { commandLineReference } from '../reference'

/** For the build and the documentation: what can be known of the engine without a backend, in every language. */
export const catalogue: CliCommand = (program, context) => {
  const raw = (text: string): Result => ({ document: undefined, text })
  program.command('catalogue', { hidden: true }).action(context.action(async () =>
    raw(JSON.stringify((await context.engine()).catalogue(), null, 2))))
  program.command('reference', { hidden: true }).action(context.action(async () =>
    raw(commandLineReference(program, (await context.engine()).catalogue()))))
}
