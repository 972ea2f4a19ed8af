import axe from 'axe-core'

/** What axe finds serious or critical in the document. Colours have their own test: no layout here. */
export async function seriousViolations(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    resultTypes: ['violations'], rules: { 'color-contrast': { enabled: false }, region: { enabled: false } }
  })
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
}
