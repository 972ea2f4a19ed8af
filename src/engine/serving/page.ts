import type { Language } from '../../contract/text'
import { noneOfThese, unlikeTraining } from '../../rules/format/calibration'

const words = {
  en: { title: 'Try', choose: 'A picture', ask: 'Ask', documented: 'The service is described in', none: noneOfThese.en, unlike: unlikeTraining.en, failed: 'No answer' },
  zh: { title: '试用', choose: '图片', ask: '识别', documented: '服务说明见', none: noneOfThese.zh, unlike: unlikeTraining.zh, failed: '没有回答' }
}

/** What the page may do: its own style and script, asking its own origin, showing the picture that was chosen. */
export const pagePolicy = (nonce: string): string => [
  'default-src \'none\'', `script-src 'nonce-${nonce}'`, `style-src 'nonce-${nonce}'`, 'connect-src \'self\'', 'img-src blob:', 'form-action \'self\'',
  'base-uri \'none\'', 'frame-ancestors \'none\''
].join('; ')

/** A form to try the service with: one page, nothing of it from elsewhere. */
export function testPage(name: string, language: Language, nonce: string): string {
  const say = words[language]
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(name)} · Graft</title>
<style nonce="${nonce}">
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark; }
  img { display: block; max-width: 100%; max-height: 20rem; margin: 1rem 0; }
  td:last-child { text-align: right; padding-left: 2rem; font-variant-numeric: tabular-nums; }
</style>
<h1>${say.title}: ${escaped(name)}</h1>
<form>
  <label>${say.choose} <input type="file" name="image" accept="image/*" required></label>
  <button>${say.ask}</button>
</form>
<img alt="" hidden>
<div role="status"><p id="said"></p><table></table></div>
<p>${say.documented} <a href="/openapi.json">openapi.json</a>.</p>
<script nonce="${nonce}">
  const [form, image, said, table] = ['form', 'img', '#said', 'table'].map((each) => document.querySelector(each))
  form.image.addEventListener('change', () => {
    URL.revokeObjectURL(image.src)
    image.src = URL.createObjectURL(form.image.files[0])
    image.hidden = false
  })
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    table.replaceChildren()
    said.textContent = '…'
    try {
      const answer = await (await fetch('/predict?top=5', { method: 'POST', body: new FormData(form) })).json()
      said.textContent = answer.error ? answer.error.message : [answer.noneOfThese && ${JSON.stringify(say.none)}, answer.unlike && ${JSON.stringify(say.unlike)}].filter(Boolean).join('; ')
      for (const each of answer.classes ?? []) {
        const row = table.insertRow()
        row.insertCell().textContent = each.class
        row.insertCell().textContent = (100 * each.probability).toFixed(1) + ' %'
      }
    } catch {
      said.textContent = ${JSON.stringify(say.failed)}
    }
  })
</script>
</html>
`
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
