import { expect, it } from 'vitest'
import { embeddedIds } from '../../library/models'
import { pairs } from './pairs'

it('photographs are tried from the model that every Graft has, and from another only where that is asked for', () => {
  const models = pairs.flatMap(({ source, onlyNamed }) => 'model' in source ? [{ model: source.model, onlyNamed }] : [])
  for (const { model, onlyNamed } of models) expect(embeddedIds.some((id) => model === `model:${id}`), model).toBe(onlyNamed !== true)
  expect(models.filter(({ onlyNamed }) => !onlyNamed)).toHaveLength(3)
})
