import { inLanguage, type Language } from '../../contract/text'
import { crashTexts } from '../shell/texts'

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** Where the page's two buttons lead: main hears of it, and goes nowhere. */
export const crashActions = { reload: 'graft-crash://reload', copy: 'graft-crash://copy' } as const

/**
 * What the window shows once its own page has crashed too often: what happened, Reload and Copy details. A page without
 * scripts: what made the other one crash cannot be in it.
 * @returns its address
 */
export function crashPage(details: string, language: Language): string {
  const say = (key: keyof typeof crashTexts): string => escaped(inLanguage(crashTexts[key], language))
  const html = `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><meta charset="utf-8"><title>Graft</title>
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 40rem; margin: 12vh auto; padding: 0 1.5rem }
h1 { font-size: 1.3rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .75rem; border: 1px solid #8888; border-radius: 6px; font-size: .85rem }
a { display: inline-block; margin-right: .75rem; padding: .4rem .9rem; border: 1px solid #888; border-radius: 6px; color: inherit; text-decoration: none }
a:focus-visible { outline: 2px solid #2b7; outline-offset: 2px }
</style>
<main><h1>${say('title')}</h1><p>${say('text')}</p>
<p><a role="button" href="${crashActions.reload}" autofocus>${say('reload')}</a><a role="button" href="${crashActions.copy}">${say('copy')}</a></p>
<pre>${escaped(details)}</pre></main></html>`
  return `data:text/html;charset=utf-8;base64,${Buffer.from(html, 'utf8').toString('base64')}`
}
