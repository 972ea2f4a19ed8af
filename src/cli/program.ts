import { Command, CommanderError, Option } from 'commander'
import { languages } from '../contract/text'
import { commandOf } from './called'
import { commands } from './commands'
import { Context, type Surroundings } from './context'
import { errorValueOf, exitCodeOf, exitCodes, fromCommander, reasonLine, usageError } from './output/errors'
import { languageOf, wantsJson } from './input/language'
import { jsonDocument } from './output/result'
import { terminalSafe } from './output/terminal-safe'

/**
 * The command line, spoken in the context's language; parsing it runs the command.
 * @param only the one command that is called, where that is known: the others are then neither loaded nor known
 */
export async function buildProgram(context: Context, only?: string): Promise<Command> {
  const { say, surroundings } = context
  const program = new Command('graft')
  program
    .description(say({
      en: 'Transfer deep-learning image models: pick a source model, a target data set and a method, train, compare.',
      zh: '深度学习图像模型的迁移：选择源模型、目标数据集和方法，训练并比较。'
    }))
    .version(surroundings.version, '-V, --version', say({ en: 'Show the version', zh: '显示版本' }))
    .addOption(new Option('--data-dir <folder>', say({ en: 'Folder of data sets, models and runs', zh: '数据集、模型和运行所在的文件夹' })))
    .addOption(new Option('--json', say({ en: 'One JSON document on stdout; everything else on stderr', zh: '在标准输出给出一个 JSON 文档，其余写入标准错误' })))
    .addOption(new Option('--lang <en|zh>', say({ en: 'Language (by default the system\'s)', zh: '语言（默认随系统）' })))
    .helpOption('-h, --help', say({ en: 'Show help', zh: '显示帮助' }))
    .helpCommand('help [command]', say({ en: 'Show help for a command', zh: '显示某个命令的帮助' }))
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (command) => {
        const names = command.registeredArguments.map((argument) => {
          const name = `${argument.name()}${argument.variadic ? '...' : ''}`
          return argument.required ? `<${name}>` : `[${name}]`
        })
        return command.commands.length > 0 ? `${command.name()} …` : [command.name(), ...names].join(' ')
      },
      styleTitle: (title) => context.language === 'zh' ? chineseTitles[title] ?? title : title
    })
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => Math.min(120, surroundings.stdout.columns),
      getOutHasColors: () => false
    })
    .exitOverride()
    .hook('preAction', () => {
      const { dataDir, lang } = program.opts<{ dataDir?: string, lang?: string }>()
      if (lang !== undefined && !languages.some((language) => language === lang)) {
        throw usageError('invalid-value', { en: `--lang takes en or zh, not "${lang}".`, zh: `--lang 应为 en 或 zh，而不是“${lang}”。` }, { field: 'lang' })
      }
      if (dataDir !== undefined) {
        if (dataDir === '') throw usageError('invalid-value', { en: '--data-dir is empty.', zh: '--data-dir 为空。' }, { field: 'dataDir' })
        context.dataDir = dataDir
      }
    })
  const wanted = Object.entries(commands).filter(([name]) => only === undefined || name === only)
  for (const command of await Promise.all(wanted.map(([, load]) => load()))) command(program, context)
  for (const noun of program.commands) if (noun.commands.length > 0) needVerb(noun)
  return program
}

const chineseTitles: Record<string, string> = {
  'Usage:': '用法：', 'Arguments:': '参数：', 'Options:': '选项：', 'Global Options:': '通用选项：', 'Commands:': '命令：'
}

/** A noun without a verb (`graft runs`) is wrong usage that names the verbs; commander alone would print help. */
function needVerb(noun: Command): void {
  const verbs = noun.createHelp().visibleCommands(noun).map((command) => command.name()).filter((name) => name !== 'help')
  noun.usage('<command>').argument('[verb]').allowUnknownOption().action((verb: string | undefined) => {
    const list = verbs.join(', ')
    throw verb === undefined
      ? usageError('missing-command', { en: `graft ${noun.name()} needs one of: ${list}.`, zh: `graft ${noun.name()} 需要以下之一：${list}。` })
      : usageError('unknown-command', { en: `There is no command "${noun.name()} ${verb}".`, zh: `没有“${noun.name()} ${verb}”这个命令。` },
          { remedy: { en: `Choose one of ${list}.`, zh: `请选择：${list}。` } })
  })
}

/** Which command the arguments were for, as far as it can be told, for a pointer to its help. */
function commandPath(program: Command, argv: readonly string[]): string {
  let command = program
  for (const word of argv) {
    const next = command.commands.find((candidate) => candidate.name() === word)
    if (next) command = next
    else if (!word.startsWith('-')) break
  }
  const names: string[] = []
  for (let at: Command | null = command; at; at = at.parent) names.unshift(at.name())
  return names.join(' ')
}

/**
 * Runs one command line and gives its exit code. stdout gets one JSON document (with `--json`) or a text for people;
 * everything else goes to stderr. Never throws.
 */
export async function runCommandLine(surroundings: Surroundings): Promise<number> {
  const { argv, stdout, stderr, signal } = surroundings
  const context = new Context(surroundings, languageOf(argv, surroundings.env))
  const json = wantsJson(argv)
  const program = await buildProgram(context, commandOf(argv))
  try {
    if (argv.length === 0) {
      program.outputHelp()
      return exitCodes.done
    }
    await program.parseAsync([...argv], { from: 'user' })
    const { result } = context
    if (!result) return exitCodes.done
    const document: unknown = typeof result.document === 'function' ? json && await (result.document as () => Promise<unknown>)() : result.document
    if (json && document !== undefined) stdout.write(jsonDocument(document, context.language, stdout.isTTY))
    else {
      const text = typeof result.text === 'string' ? result.text : result.text()
      if (text !== '') stdout.write(`${terminalSafe(text)}\n`)
    }
    if (result.reason) stderr.write(`${reasonLine(result.reason, context.language)}\n`)
    return result.exitCode ?? exitCodes.done
  } catch (thrown) {
    const error = thrown instanceof CommanderError ? fromCommander(thrown, commandPath(program, argv)) : thrown
    if (error === undefined) return exitCodes.done
    const value = errorValueOf(error, signal)
    stderr.write(`${reasonLine(value, context.language)}\n`)
    if (json) stdout.write(jsonDocument({ error: value }, context.language, stdout.isTTY))
    return exitCodeOf(value)
  }
}
