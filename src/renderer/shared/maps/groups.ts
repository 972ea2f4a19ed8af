import type { FeatureMap } from '../../../contract/feature-maps'

export type MapColour = 'class' | 'domain' | 'run' | 'error'

/**
 * What the points of a map are told apart by: names of the groups, and the group of a model's picture. A picture without a
 * class is in the group without a name; an answer or a class that is not known is neither right nor wrong.
 */
export function groupsOf(
  { classes, labels, domain, domains = [], predicted }: Pick<FeatureMap, 'classes' | 'labels' | 'domain' | 'domains' | 'predicted'>,
  colour: MapColour, models: readonly string[]
): { names: string[], of(model: number, picture: number): number } {
  switch (colour) {
    case 'class': return { names: [...classes, ''], of: (_, picture) => labels[picture]! < 0 ? classes.length : labels[picture]! }
    case 'domain': return { names: [...domains, ''], of: (_, picture) => domain?.[picture] ?? domains.length }
    case 'run': return { names: [...models], of: (model) => model }
    case 'error': return { names: ['right', 'wrong', 'unknown'], of: (model, picture) => {
      const [label, answer] = [labels[picture]!, predicted[model]![picture]!]
      return label < 0 || answer < 0 ? 2 : label === answer ? 0 : 1
    } }
  }
}
