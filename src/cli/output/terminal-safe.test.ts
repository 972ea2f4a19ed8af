import { expect, it } from 'vitest'
import { Progress } from './progress'
import { reasonLine } from './errors'
import { jsonDocument } from './result'
import { terminalSafe } from './terminal-safe'

// ESC ] 0 ; sets a window's title, 0x9b is CSI in one character, U+202E writes from the right.
const hostile = 'cat\u001b]0;mine\u0007\u009b2J\u202egpj.\r'

it('a name with control characters is shown, not obeyed', () => {
  expect(terminalSafe(hostile)).toBe('cat␛]0;mine␇\ufffd2J\ufffdgpj.␍')
  expect(terminalSafe('a\tb\nc 图像 é')).toBe('a\tb\nc 图像 é')
})

it('so it is in errors, progress and JSON', () => {
  const written: string[] = []
  const progress = new Progress({ isTTY: false, columns: 80, write: (text) => { written.push(text) } }, 'en')
  progress.line(hostile)
  written.push(reasonLine({ code: 'x', message: { en: hostile, zh: hostile } }, 'en'), jsonDocument({ name: hostile }, 'en', false))
  expect(written.join('')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
  expect(JSON.parse(written.at(-1)!)).toEqual({ name: hostile })
})
