/** A graph model of TensorFlow.js in one piece: what its `model.json` says of the graph and its weights, and the weights. */
export interface GraphModelParts {
  /** A JSON value: `{ modelTopology, signature, weightSpecs }` in TensorFlow.js's words. */
  description: Record<string, unknown>
  weights: Uint8Array
}

/** The description's length in four bytes, the description, the weights. */
export function packGraphModel({ description, weights }: GraphModelParts): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(description))
  const bytes = new Uint8Array(4 + text.length + weights.length)
  new DataView(bytes.buffer).setUint32(0, text.length, true)
  bytes.set(text, 4)
  bytes.set(weights, 4 + text.length)
  return bytes
}

/** The same as it was. @throws where the bytes are no such thing */
export function unpackGraphModel(bytes: Uint8Array): GraphModelParts {
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true)
  const description: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)))
  if (typeof description !== 'object' || description === null) throw new Error('no graph model')
  return { description: { ...description }, weights: bytes.slice(4 + length) }
}
