import type { Similarity } from '../../contract/similarity'
import type { Text } from '../../contract/text'

/** Layers that both models have under the same name, in order, with how alike they are. */
export function sameLayers({ layers, values }: Pick<Similarity, 'layers' | 'values'>): { name: string, title: string, value: number | null }[] {
  return layers.first.flatMap(({ name, title }, row) => {
    const column = layers.second.findIndex((other) => other.name === name)
    return column < 0 ? [] : [{ name, title, value: values[row]?.[column] ?? null }]
  })
}

/** CKA with two decimals: more is not supported by some hundred pictures. */
export const ckaText = (value: number | null): string => value === null ? '–' : value.toFixed(2).replace('-', '−')

/** What changed most and least between two models of the same layers; undefined where they share fewer than two. */
export function changedMost(found: Pick<Similarity, 'layers' | 'values'>): Text | undefined {
  const known = sameLayers(found).flatMap(({ title, value }) => value === null ? [] : [{ title, value }])
  if (known.length < 2) return undefined
  const order = [...known].sort((a, b) => a.value - b.value)
  const [most, least] = [order[0]!, order.at(-1)!]
  if (most.value > 0.995) return { en: 'All layers see the same as before.', zh: '各层所见与之前相同。' }
  return {
    en: `“${most.title}” differs most (${ckaText(most.value)}), “${least.title}” least (${ckaText(least.value)}).`,
    zh: `“${most.title}”差异最大（${ckaText(most.value)}），“${least.title}”差异最小（${ckaText(least.value)}）。`
  }
}
