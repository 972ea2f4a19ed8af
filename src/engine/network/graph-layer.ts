import * as tf from '@tensorflow/tfjs-core'
import { openGraph } from './graph-runtimes'
import type { GraphSession } from './graph-session'
import type { LayerOf } from './definition'

/** Numbers below 2^24 are exact in 32 bits: three bytes each. */
export function packBytes(bytes: Uint8Array): Float32Array {
  const numbers = new Float32Array(Math.ceil(bytes.length / 3))
  const whole = Math.floor(bytes.length / 3)
  // Plain loops: a graph may have hundreds of millions of bytes.
  for (let index = 0, at = 0; index < whole; index++, at += 3) numbers[index] = bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16
  if (whole < numbers.length) numbers[whole] = bytes[3 * whole]! | (bytes[3 * whole + 1] ?? 0) << 8
  return numbers
}

/** The bytes that `packBytes` packed. */
function unpackBytes(numbers: Float32Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let index = 0, at = 0; at < length; index++, at += 3) {
    const number = numbers[index]!
    bytes[at] = number
    // What lies beyond the last byte is dropped.
    bytes[at + 1] = number >>> 8
    bytes[at + 2] = number >>> 16
  }
  return bytes
}

/** Opened once for each network's copy of the graph, and closed with it. */
const sessions = new WeakMap<tf.Variable, GraphSession>()

function sessionOf(layer: LayerOf<'graph'>, graph: tf.Variable): GraphSession {
  let session = sessions.get(graph)
  if (!session) {
    session = openGraph(layer.runtime ?? 'onnx', unpackBytes(graph.dataSync<'float32'>(), layer.bytes))
    sessions.set(graph, session)
  }
  return session
}

/** Gives back what was opened for a network's copy of a graph. */
export function closeGraph(graph: tf.Variable): void {
  sessions.get(graph)?.close()
  sessions.delete(graph)
}

/**
 * Features [batch, features] of normalised images [batch, height, width, channels] by the graph's own numbers. Nothing is
 * learned through it: it has no gradient.
 */
export function runGraph(layer: LayerOf<'graph'>, images: tf.Tensor4D, graph: tf.Variable): tf.Tensor2D {
  const session = sessionOf(layer, graph)
  const turned = layer.channelsFirst ? tf.transpose(images, [0, 3, 1, 2]) : images
  const pixels = turned.dataSync<'float32'>()
  const [count, ...shape] = turned.shape
  const one = shape.reduce((product, length) => product * length, 1)
  const rows = layer.batch ?? count
  const features = new Float32Array(count * layer.features)
  for (let start = 0; start < count; start += rows) {
    const taken = Math.min(rows, count - start)
    // A graph for so many images at once gets empty ones beside the last.
    const given = new Float32Array(rows * one)
    given.set(pixels.subarray(start * one, (start + taken) * one))
    const { data, shape: [, ...lengths] } = session.run({ name: layer.input, data: given, shape: [rows, ...shape] }, layer.output)
    features.set(averaged(data, lengths, layer.average).subarray(0, taken * layer.features), start * layer.features)
  }
  return tf.tensor2d(features, [count, layer.features])
}

/** Vectors of what leaves a graph, one image after the other: [images × length]. */
export function averaged(data: Float32Array, lengths: readonly number[], average: LayerOf<'graph'>['average']): Float32Array {
  if (average === 'none') return data
  const channels = average === 'after' ? lengths[0]! : lengths[lengths.length - 1]!
  const places = lengths.reduce((product, length) => product * length, 1) / channels
  const images = data.length / (channels * places)
  const means = new Float32Array(images * channels)
  for (let image = 0; image < images; image++) {
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0
      for (let place = 0; place < places; place++) {
        sum += data[image * channels * places + (average === 'after' ? channel * places + place : place * channels + channel)]!
      }
      means[image * channels + channel] = sum / places
    }
  }
  return means
}
