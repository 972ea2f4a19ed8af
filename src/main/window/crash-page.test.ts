import { expect, it } from 'vitest'
import { crashActions, crashPage } from './crash-page'

it('the page after too many crashes says what happened in both languages, with Reload and Copy details, and runs nothing', () => {
  for (const [language, words] of [['en', ['Reload', 'Copy details', 'crashed several times']], ['zh', ['重新载入', '复制详情', '多次崩溃']]] as const) {
    const html = Buffer.from(crashPage('crashed <script>alert(1)</script> (139)', language).split('base64,')[1]!, 'base64').toString('utf8')
    for (const word of words) expect(html).toContain(word)
    for (const address of Object.values(crashActions)) expect(html).toContain(`href="${address}"`)
    expect(html).not.toContain('<script')
    expect(html).toContain('&#60;script&#62;')
    expect(html).toContain('default-src \'none\'')
  }
})
