import type { Command } from 'commander'
import type { Context } from '../../context'

/** One noun of the command line: adds its command, with flags and help, to the program. */
export type CliCommand = (program: Command, context: Context) => void
