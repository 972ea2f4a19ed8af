import type { FileTensor } from '../shared/model-format'

/** How one file or another calls what Graft has under one name. */
const otherWords: readonly [RegExp, string][] = [
  // Hugging Face before version 5.
  [/\.attention\.attention\.(query|key|value)\./, '.attention.$1.'],
  [/(\.layer\.\d+)\.attention\.output\.dense\./, '$1.attention.o_proj.'],
  [/(\.layer\.\d+)\.intermediate\.dense\./, '$1.mlp.fc1.'],
  [/(\.layer\.\d+)\.output\.dense\./, '$1.mlp.fc2.'],
  // PyTorch's own module.
  [/\.in_proj_(weight|bias)$/, '.in_proj.$1'],
  // torchvision before its version 0.12.
  [/(encoder_layer_\d+\.mlp)\.linear_1\./, '$1.0.'],
  [/(encoder_layer_\d+\.mlp)\.linear_2\./, '$1.3.']
]

const parts = /^(.+)\.(q_proj|query|k_proj|key|v_proj|value)\.(weight|bias)$/

/**
 * The tensors of a transformer with its queries, keys and values joined, `….attention.qkv.weight`, where a file has them apart, and
 * with older words brought to newer ones. Other files stay as they are.
 */
export function withJoinedProjections(tensors: ReadonlyMap<string, FileTensor>): ReadonlyMap<string, FileTensor> {
  const names = [...tensors.keys()]
  if (!names.some((name) => parts.test(name) || otherWords.some(([word]) => word.test(name)))) return tensors
  const renamed = new Map([...tensors].map(([name, tensor]) => [otherWords.reduce((word, [from, to]) => word.replace(from, to), name), tensor]))
  // Two names that became one: none can be trusted.
  if (renamed.size < tensors.size) return tensors
  const result = new Map<string, FileTensor>()
  for (const [name, tensor] of renamed) {
    const [, owner, word, part] = parts.exec(name) ?? []
    const joined = owner === undefined ? undefined : joinedOf(renamed, owner, part!)
    if (!joined) result.set(name, tensor)
    // In the place of the first; the other two are in it.
    else if (word === 'q_proj' || word === 'query') result.set(`${owner!}.qkv.${part!}`, joined)
  }
  return result
}

function joinedOf(tensors: ReadonlyMap<string, FileTensor>, owner: string, part: string): FileTensor | undefined {
  const all = [['q_proj', 'query'], ['k_proj', 'key'], ['v_proj', 'value']].map((words) =>
    words.map((word) => tensors.get(`${owner}.${word}.${part}`)).find((tensor) => tensor))
  const [queries, keys, values] = all
  if (!queries || !keys || !values || all.some((each) => each!.shape.join() !== queries.shape.join())) return undefined
  const data = new Float32Array(3 * queries.data.length)
  ;[queries, keys, values].forEach((each, index) => { data.set(each.data, index * queries.data.length) })
  return { shape: [3 * queries.shape[0]!, ...queries.shape.slice(1)], data }
}
