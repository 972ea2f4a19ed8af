import { isFresh } from '../../rules/refs'
import { turnedAwayText, unlikeText } from '../../rules/format/calibration'
import { deviceOption, readDevice, readModelRef } from '../input/options'
import { usageError } from '../output/errors'
import { jsonDocument } from '../output/result'
import { untrained } from './predict'
import type { CliCommand } from './shared/command'

const usualPort = 7878

export const serve: CliCommand = (program, context) => {
  const { say, language, surroundings } = context
  program.command('serve')
    .description(say({
      en: 'Answer other programs about pictures over HTTP, on this machine alone, until Ctrl-C: POST /predict; described at /openapi.json, with a form at /',
      zh: '仅在本机通过 HTTP 回答其他程序的图片请求，直到按 Ctrl-C：POST /predict；说明见 /openapi.json，表单在 /'
    }))
    .argument('<ref>', say({ en: 'model:<id> or run:<id>', zh: 'model:<id> 或 run:<id>' }))
    .option('--port <n>', say({ en: `Port (default ${usualPort}; 0 takes any that is free)`, zh: `端口（默认 ${usualPort}；0 表示任一空闲端口）` }))
    .addOption(deviceOption(context))
    .action(context.action(async (text: string, flags: { port?: string, device?: string }) => {
      const ref = readModelRef(text, 'REF', 'model')
      if (isFresh(ref)) throw untrained(ref)
      const port = readPort(flags.port)
      const device = readDevice(flags.device ?? 'auto')
      await context.readyModels({ mentioned: ref })
      const { calibration } = await context.library.models.get(ref)
      const engine = await context.engine()
      const answered = await engine.serve({ ref, port, language }, device, {
        signal: context.signal,
        onReady: (address) => {
          // At once, not when it ends: whoever started it waits for this line.
          const isJson = surroundings.argv.includes('--json')
          surroundings.stdout.write(isJson ? jsonDocument({ address, model: ref, ...(calibration && { calibration }) }, language, false) : `${address}\n`)
          context.notice(turnedAwayText(calibration))
          const unlike = calibration && unlikeText(calibration)
          if (unlike) context.notice(unlike)
          context.notice({ en: `Try it: ${address}/   Stop: Ctrl-C`, zh: `试用：${address}/   停止：Ctrl-C` })
        }
      })
      context.notice({ en: `Stopped after ${answered} pictures.`, zh: `已停止，共回答 ${answered} 张图片。` })
      return { document: undefined, text: '' }
    }))
}

function readPort(text: string | undefined): number {
  if (text === undefined) return usualPort
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw usageError('invalid-value', {
    en: `--port takes a whole number from 0 to 65535, not "${text}".`, zh: `--port 应为 0 到 65535 的整数，而不是“${text}”。`
  }, { field: 'port' })
}
