import { expect, it } from 'vitest'
import { withJoinedProjections } from './projections'

const tensor = (shape: number[], first: number) => ({ shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => first + at) })

it('queries, keys and values that lie apart become one, whatever words a version has for them', () => {
  for (const words of [['q_proj', 'k_proj', 'v_proj'], ['attention.query', 'attention.key', 'attention.value']]) {
    const found = withJoinedProjections(new Map(words.flatMap((word, at) => [
      [`vit.encoder.layer.0.attention.${word}.weight`, tensor([2, 2], 10 * at)], [`vit.encoder.layer.0.attention.${word}.bias`, tensor([2], 10 * at)]
    ] as const)))
    expect([...found.keys()]).toEqual(['vit.encoder.layer.0.attention.qkv.weight', 'vit.encoder.layer.0.attention.qkv.bias'])
    expect(found.get('vit.encoder.layer.0.attention.qkv.weight')).toEqual({ shape: [6, 2], data: Float32Array.of(0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23) })
    expect([...found.get('vit.encoder.layer.0.attention.qkv.bias')!.data]).toEqual([0, 1, 10, 11, 20, 21])
  }
})

it('older words are brought to newer ones, and nothing else is touched', () => {
  const names = [
    'encoder.layer.3.attention.output.dense.weight', 'encoder.layer.3.intermediate.dense.bias', 'encoder.layer.3.output.dense.weight',
    'encoder.layers.encoder_layer_1.self_attention.in_proj_weight', 'layer1.0.conv1.weight'
  ]
  expect([...withJoinedProjections(new Map(names.map((name) => [name, tensor([1], 0)]))).keys()]).toEqual([
    'encoder.layer.3.attention.o_proj.weight', 'encoder.layer.3.mlp.fc1.bias', 'encoder.layer.3.mlp.fc2.weight',
    'encoder.layers.encoder_layer_1.self_attention.in_proj.weight', 'layer1.0.conv1.weight'
  ])
  const lone = new Map([['a.query.weight', tensor([1], 0)]])
  expect([...withJoinedProjections(lone).keys()]).toEqual(['a.query.weight'])
})
