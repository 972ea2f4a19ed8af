import type { FileTensor, KernelLayout } from '../shared/model-format'

/** The shape of a tensor that has been brought to TensorFlow's order, for comparison. */
export function shapeInGraft(tensor: FileTensor, layout: KernelLayout, wanted: readonly number[], depthwise: boolean): number[] {
  const { shape } = tensor
  // A classifier that is a 1×1 convolution over one pixel.
  if (wanted.length === 2 && shape.length === 4) {
    const [first, second, third, fourth] = shape as [number, number, number, number]
    if (layout === 'pytorch') return third === 1 && fourth === 1 ? [second, first] : [...shape]
    return first === 1 && second === 1 ? [third, fourth] : [...shape]
  }
  // One number a channel, whatever lies around it: LayerScale is [channels, 1, 1] in torchvision.
  if (wanted.length === 1 && shape.length > 1 && Math.max(...shape) === shape.reduce((product, length) => product * length, 1)) return [Math.max(...shape)]
  // A convolution over single places that the file has as a dense layer.
  if (wanted.length === 4 && shape.length === 2 && wanted[0] === 1 && wanted[1] === 1) return layout === 'pytorch' ? [1, 1, shape[1]!, shape[0]!] : [1, 1, ...shape]
  // A class token or positions, of a batch of one.
  if (wanted.length === 2 && shape.length === 3 && shape[0] === 1) return shape.slice(1)
  // Keras' convolution in as many groups as channels; the numbers lie alike.
  if (layout === 'tensorflow') return depthwise && shape.length === 4 && shape[2] === 1 ? [shape[0]!, shape[1]!, shape[3]!, 1] : [...shape]
  if (shape.length === 2) return [shape[1]!, shape[0]!]
  if (shape.length !== 4) return [...shape]
  const [out, into, height, width] = shape as [number, number, number, number]
  return depthwise ? [height, width, out, into] : [height, width, into, out]
}

/**
 * The numbers of a tensor in Graft's order: kernels [height, width, in, out] or [in, out].
 * @param flattened what a dense kernel's inputs were before they were flattened: [height, width, channels]
 */
export function dataInGraft(
  tensor: FileTensor, layout: KernelLayout, wanted: readonly number[], depthwise: boolean, flattened?: readonly [number, number, number]
): Float32Array {
  const { data, shape } = tensor
  if (layout === 'tensorflow' || shape.length < 2 || wanted.length === 1 || shape.length === 3) return data
  if (wanted.length === 2) return denseInGraft(data, wanted as [number, number], flattened)
  const [height, width, third, fourth] = wanted as [number, number, number, number]
  const result = new Float32Array(data.length)
  const area = height * width
  // [out, in, area] → [area, in, out]; depthwise [channels, 1, area] → [area, channels, 1].
  const [out, into] = depthwise ? [third, fourth] : [fourth, third]
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < into; i++) {
      for (let at = 0; at < area; at++) {
        result[(at * third + (depthwise ? o : i)) * fourth + (depthwise ? i : o)] = data[(o * into + i) * area + at]!
      }
    }
  }
  return result
}

/** [out, in] → [in, out], with inputs from [channels, height, width] to [height, width, channels] where they were an image. */
function denseInGraft(data: Float32Array, [into, out]: readonly [number, number], flattened?: readonly [number, number, number]): Float32Array {
  const [height, width, channels] = flattened ?? [1, 1, into]
  const area = height * width
  const result = new Float32Array(data.length)
  for (let channel = 0; channel < channels; channel++) {
    for (let at = 0; at < area; at++) {
      for (let o = 0; o < out; o++) result[(at * channels + channel) * out + o] = data[o * into + channel * area + at]!
    }
  }
  return result
}
