import type { Command } from 'commander'
import type { Catalogue } from '../contract/engine'
import type { Parameter, Parameters } from '../contract/parameters'
import { trainingParameters } from '../contract/training'
import { archRef } from '../rules/refs'
import { lossesText } from './output/losses-text'
import { needsText } from './output/needs-text'
import { defaultOf, kebab, ownDefault, rangeOf, settingDefault } from './input/options'

/** Text for a table's cell; in code `<` stands for itself. */
const cell = (text: string): string => {
  const bars = text.replaceAll('|', '\\|')
  return bars.startsWith('`') ? bars : bars.replaceAll('<', '&lt;')
}
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(row)].join('\n')

const parametersTable = (
  parameters: Parameters, name: (key: string) => string, usual: (key: string, parameter: Parameter) => string = (_, parameter) => defaultOf(parameter)
): string => markdownTable(
  ['', 'takes', 'default', ''],
  Object.entries(parameters).map(([key, parameter]) => [name(key), rangeOf(parameter, 'en'), usual(key, parameter), parameter.help.en])
)

/** One command with its arguments and flags; training settings have a table of their own. */
function commandSection(command: Command, path: string): string {
  const help = command.createHelp()
  const settings = new Set(Object.keys(trainingParameters).map((name) => `--${kebab(name)}`))
  const options = help.visibleOptions(command).filter((option) => option.long !== '--help' && !settings.has(option.long ?? ''))
  const usage = command.registeredArguments
    .map((argument) => argument.required ? `<${argument.name()}${argument.variadic ? '...' : ''}>` : `[${argument.name()}]`)
  return [
    `### \`${[path, ...usage].join(' ')}\``,
    '',
    `${command.description()}.`,
    ...(options.length > 0 ? ['', markdownTable(['flag', ''], options.map((option) => [`\`${option.flags}\``, option.description]))] : []),
    ...(command.name() === 'run' ? ['', 'Every training setting below is a flag too.'] : [])
  ].join('\n')
}

function sections(command: Command, path: string): string[] {
  const below = command.createHelp().visibleCommands(command).filter((candidate) => candidate.name() !== 'help')
  if (below.length === 0) return [commandSection(command, path)]
  return below.flatMap((next) => sections(next, `${path} ${next.name()}`))
}

/** `docs/command-line.md`: every command, method, setting and format, from the schemas that validate them. */
export function commandLineReference(program: Command, { methods, architectures, datasetFormats }: Catalogue): string {
  const general = program.createHelp().visibleOptions(program).filter((option) => option.long !== '--version')
  return `${[
    '# The command line',
    '<!-- Written by scripts/command-line-docs.mjs from the schemas; edit those, not this page. -->',
    'In a checkout: `npx --no-install graft …` after `npm run setup` and `npm run build`.',
    'With `--json` a command prints exactly one JSON document on stdout; progress and messages go to stderr. What went wrong '
    + 'is one line on stderr and, with `--json`, `{ "error": { "code", "message", "remedy", "field", … } }` on stdout.',
    'Exit codes: 0 done · 1 failed · 2 wrong usage · 130 cancelled (a run is kept, and `graft resume` goes on with it).',
    '## Flags of every command',
    markdownTable(['flag', ''], general.map((option) => [`\`${option.flags}\``, option.description])),
    '`GRAFT_DATA_DIR` and `GRAFT_CACHE_DIR` name other folders for what Graft keeps and for what can be made again.',
    '## Commands',
    ...sections(program, 'graft'),
    '## Training settings',
    'As flags of `graft run`, or as `--set name=value` (`--set training.name=value` where a method has a parameter of that name).',
    '`auto` is chosen from the data and the source before the run; the run and its record say what was chosen and why. `graft methods ID` tells a method\'s own defaults.',
    parametersTable(trainingParameters, (name) => `\`--${kebab(name)}\``, settingDefault),
    '## Methods',
    ...methods.flatMap((method) => [
      `### \`${method.id}\`: ${method.title.en}`,
      method.summary.en,
      `Needs ${needsText(method, 'en')}. Reference: ${method.reference}.`,
      ...(method.losses ? [`Losses on the chart beside the total: ${lossesText(method, 'en')}.`] : []),
      Object.keys(method.parameters).length > 0
        ? `With \`--set name=value\`:\n\n${parametersTable(method.parameters, (name) => `\`${name}\``, ownDefault(method.parameters))}` : 'It has no parameters of its own.'
    ]),
    '## Source models',
    '`arch:<architecture>` starts from fresh weights, `run:<id>` from what a run learned, `model:<id>` from an imported model.',
    markdownTable(['architecture', 'what it is', 'parameters', 'multiply-adds per image'], architectures.map((architecture) => [
      `\`${archRef(architecture.id)}\``, architecture.summary.en, String(architecture.parameters), String(architecture.multiplyAdds ?? '')
    ])),
    '## Data formats',
    '`graft datasets add` finds the format out from the content; `--format` names it.',
    markdownTable(['format', 'what it looks like'], datasetFormats.map((format) => [`\`${format.id}\``, format.summary.en]))
  ].join('\n\n')}`
}
